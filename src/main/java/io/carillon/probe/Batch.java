package io.carillon.probe;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/// Consecutive windows on their way, as the server reads them (`src/docs/studio.md`).
///
/// @param studio whose
/// @param run of this program
/// @param first the number of the first window, from 0
/// @param at when it begins
/// @param windowMs how long each is
/// @param windows in order; may be none at the end
/// @param end whether the stream ends with them
record Batch(
        String studio,
        String run,
        long first,
        Instant at,
        int windowMs,
        List<Window> windows,
        boolean end) {
    /// @return one line
    String json() {
        return "{\"studio\":\"%s\",\"run\":\"%s\",\"first\":%d,\"at\":\"%s\",\"window_ms\":%d,\"windows\":%s,\"end\":%s}"
                .formatted(
                        studio,
                        run,
                        first,
                        at,
                        windowMs,
                        windows.stream()
                                .map(Window::json)
                                .collect(Collectors.joining(",", "[", "]")),
                        end);
    }
}
