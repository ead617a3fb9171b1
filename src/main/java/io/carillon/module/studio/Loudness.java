package io.carillon.module.studio;

import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// Which level was told last, and what speaks for another one. Immutable: each window makes the
/// next.
///
/// @param told the level that counts, dBFS; null before the first
/// @param runFrom when the windows began that are all louder, or all quieter, by the change that
///     counts; null when the last one was not
/// @param runMs how long they last together
/// @param side 1 louder, -1 quieter, 0 while the first level is being found
/// @param power the sum of their powers, each times its milliseconds
@Serdeable
record Loudness(
        @Nullable Double told, @Nullable Instant runFrom, long runMs, int side, double power) {
    static final Loudness UNKNOWN = new Loudness(null, null, 0, 0, 0);

    private static final double DECIBEL = 10;

    /// @return the same, but what spoke for a change until now does not count
    Loudness interrupted() {
        return new Loudness(told, null, 0, 0, 0);
    }

    /// @param window what was heard; not silence
    /// @param from when it begins
    /// @param ms how long it is
    /// @param thresholds what counts
    /// @return after the window; [#told] differs when another level counts from now on
    Loudness after(Window window, Instant from, long ms, Thresholds thresholds) {
        var level = mean(window);
        var wanted = told == null ? 0 : side(level - told, thresholds.levelChange());
        if (told != null && wanted == 0) {
            return interrupted();
        }
        var begun = runFrom == null || wanted != side ? interrupted() : this;
        var lasted = begun.runMs + ms;
        var sum = begun.power + Math.pow(DECIBEL, level / DECIBEL) * ms;
        if (lasted < thresholds.levelAfterMs()) {
            var start = begun.runFrom == null ? from : begun.runFrom;
            return new Loudness(told, start, lasted, wanted, sum);
        }
        return new Loudness(decibels(sum / lasted), null, 0, 0, 0);
    }

    private static int side(double difference, double change) {
        return Math.abs(difference) < change ? 0 : difference > 0 ? 1 : -1;
    }

    private static double mean(Window window) {
        return decibels(
                (Math.pow(DECIBEL, window.left() / DECIBEL)
                                + Math.pow(DECIBEL, window.right() / DECIBEL))
                        / 2);
    }

    private static double decibels(double power) {
        return Math.max(Window.FLOOR, DECIBEL * Math.log10(power));
    }
}
