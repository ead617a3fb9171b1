package io.carillon.module.studio;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Eras;
import io.carillon.module.Refused;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;

import jakarta.validation.constraints.NotNull;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/// Consecutive windows of one run of a probe.
///
/// @param studio whose they are
/// @param run names one start of the probe; a later run of the same studio replaces it
/// @param first the number of the first window, counted from 0 through the whole run; what was
///     counted before is left out, so a batch may be sent again
/// @param at when the first window begins, by the clock of the probe
/// @param windowMs how long each window is
/// @param windows at most [#MOST]
/// @param end whether the stream ends with them
@Serdeable
@Schema(
        example =
                "{\"studio\": \"tower\", \"run\": \"r1\", \"first\": 0, \"window_ms\": 100,"
                        + " \"at\": \"2026-11-21T05:00:00Z\", \"windows\": [{\"left\": -18.2,"
                        + " \"right\": -18.4, \"peakLeft\": -6.1, \"peakRight\": -6.0,"
                        + " \"clipped\": 0}]}")
record Batch(
        @NotNull String studio,
        @NotNull String run,
        long first,
        @NotNull Instant at,
        @JsonProperty("window_ms") int windowMs,
        @NotNull List<Window> windows,
        @Nullable Boolean end) {
    /// Windows in one batch.
    static final int MOST = 600;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final int SHORTEST = 10;
    private static final int LONGEST = 1_000;

    /// @return this
    /// @throws Refused 400 `samples_invalid`
    @SuppressWarnings("ConstantValue") // A client may leave out what must not be null.
    Batch checked() {
        if (studio == null || !NAME.matcher(studio).matches()) {
            throw invalid("studio is 1 to 100 letters, digits, dots, dashes, underscores");
        }
        if (run == null || !NAME.matcher(run).matches()) {
            throw invalid("run is 1 to 100 letters, digits, dots, dashes, underscores");
        }
        if (first < 0 || first > Long.MAX_VALUE / 2) {
            throw invalid("first is the number of the first window, from 0");
        }
        if (at == null || !Eras.hold(at)) {
            throw invalid("at is when the first window begins, in this or the next century");
        }
        if (windowMs < SHORTEST || windowMs > LONGEST) {
            throw invalid("window_ms is %d to %d".formatted(SHORTEST, LONGEST));
        }
        if (windows == null || windows.size() > MOST || windows.isEmpty() && !ends()) {
            throw invalid("windows are 1 to %d, or none with end".formatted(MOST));
        }
        if (!windows.stream().allMatch(window -> window != null && window.sound())) {
            throw invalid(
                    "levels are %.0f to %.0f dBFS, clipped is 0 or more"
                            .formatted(Window.FLOOR, Window.CEILING));
        }
        return this;
    }

    private static Refused invalid(String detail) {
        return Refused.bad("samples_invalid", detail);
    }

    boolean ends() {
        return Boolean.TRUE.equals(end);
    }

    /// @return the number of the window after the last
    long next() {
        return first + windows.size();
    }

    /// @param known how many of its windows were counted before
    /// @return the rest
    Batch without(int known) {
        return new Batch(
                studio,
                run,
                first + known,
                at.plus(Duration.ofMillis((long) windowMs * known)),
                windowMs,
                windows.subList(known, windows.size()),
                end);
    }

    /// @return when the last window ends
    Instant until() {
        return at.plus(Duration.ofMillis((long) windowMs * windows.size()));
    }
}
