package io.carillon.transport.queue;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The whole queue of a tenant at one moment, as JSON. Immutable.
///
/// @param cursor of the snapshot that it was read in
/// @param tag changes when and only when what a screen may see does
/// @param shown what a screen may see
/// @param whole what operators see
/// @param at when it was read, by this node's clock; for display
public record Picture(String cursor, String tag, String shown, String whole, Instant at) {
    /// @param cursor of the snapshot that it was read in
    /// @param tag changes when and only when what a screen may see does
    /// @param shown an object with at least one member
    /// @param whole an object with at least one member
    /// @param at when it was read
    public Picture {
        shown = dated(shown, at);
        whole = dated(whole, at);
    }

    private static String dated(String object, Instant at) {
        return object.substring(0, object.length() - 1)
                + ",\"updated_at\":\""
                + at.truncatedTo(ChronoUnit.MICROS)
                + "\"}";
    }
}
