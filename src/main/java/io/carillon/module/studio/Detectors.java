package io.carillon.module.studio;

import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Silence, clipping and level of one stream: what they remember between windows, and what they
/// find in the next ones.
///
/// A value that is kept in the studio's row, so any node goes on from where another stopped. Times
/// are the probe's. The same windows find the same events however they are cut into batches. What
/// is missing between two windows speaks neither for nor against: a change needs windows without a
/// gap.
///
/// @param until the end of the last window
/// @param silence both channels below `silence_below`
/// @param clipping `clip_samples` or more at full scale
/// @param clippedSamples samples at full scale in the windows that speak for clipping now
/// @param loudness the level that was told last
@Serdeable
record Detectors(
        Instant until,
        Hysteresis silence,
        Hysteresis clipping,
        long clippedSamples,
        Loudness loudness) {

    private static final double ROUNDING = 10.0;
    private static final double MILLIS = 1_000.0;

    /// @param start when the first window begins
    /// @return of a stream that begins
    static Detectors at(Instant start) {
        return new Detectors(start, Hysteresis.OFF, Hysteresis.OFF, 0, Loudness.UNKNOWN);
    }

    /// @param detectors after the windows
    /// @param findings in the order of time
    record Heard(Detectors detectors, List<Finding> findings) {}

    /// @param batch not earlier than [#until]
    /// @param thresholds what counts
    /// @return what was found in it
    Heard hear(Batch batch, Thresholds thresholds) {
        var findings = new ArrayList<Finding>();
        var now = this;
        var from = batch.at();
        for (var window : batch.windows()) {
            now = now.after(window, from, batch.windowMs(), thresholds, findings);
            from = from.plusMillis(batch.windowMs());
        }
        return new Heard(now, findings);
    }

    private Detectors after(
            Window window, Instant from, int ms, Thresholds thresholds, List<Finding> findings) {
        // More than half a window is missing: nobody knows what was in it.
        var before =
                Duration.between(until, from).toMillis() * 2 > ms
                        ? new Detectors(
                                until,
                                silence.interrupted(),
                                clipping.interrupted(),
                                0,
                                loudness.interrupted())
                        : this;
        var end = from.plusMillis(ms);
        var quiet = before.silenceAfter(window, from, ms, thresholds);
        var heard = new Moment(from, end, findings);
        tell(Finding.SILENCE, before.silence, quiet, window.level(), heard);
        var samples =
                (before.clipping.runFrom() == null ? 0 : before.clippedSamples) + window.clipped();
        var clipped = before.clippingAfter(window, from, ms, thresholds);
        tell(Finding.CLIPPING, before.clipping, clipped, samples, heard);
        // What is quiet is the silence's business, or each pause would be another level.
        var audible = !quiet.on() && window.level() >= thresholds.silenceBelow();
        var loud =
                audible
                        ? before.loudness.after(window, from, ms, thresholds)
                        : before.loudness.interrupted();
        tell(before.loudness, loud, end, findings);
        return new Detectors(end, quiet, clipped, samples, loud);
    }

    private Hysteresis silenceAfter(Window window, Instant from, int ms, Thresholds thresholds) {
        var level = window.level();
        var below = thresholds.silenceBelow();
        var sign =
                level < below
                        ? Hysteresis.Sign.HOLDS
                        : level < below + thresholds.silenceHysteresis()
                                ? Hysteresis.Sign.BETWEEN
                                : Hysteresis.Sign.GONE;
        var patience =
                new Hysteresis.Patience(thresholds.silenceAfterMs(), thresholds.silenceBackMs());
        return silence.after(sign, from, ms, patience);
    }

    private Hysteresis clippingAfter(Window window, Instant from, int ms, Thresholds thresholds) {
        var sign =
                window.clipped() >= thresholds.clipSamples()
                        ? Hysteresis.Sign.HOLDS
                        : Hysteresis.Sign.GONE;
        var patience = new Hysteresis.Patience(thresholds.clipAfterMs(), thresholds.clipBackMs());
        return clipping.after(sign, from, ms, patience);
    }

    /// The window at hand.
    private record Moment(Instant from, Instant end, List<Finding> findings) {}

    private static void tell(
            String type, Hysteresis before, Hysteresis after, double measure, Moment heard) {
        if (before.on() == after.on()) {
            return;
        }
        var details = new LinkedHashMap<String, @Nullable Object>();
        if (after.on()) {
            details.put("state", "began");
            details.put("since", text(after.since()));
            if (type.equals(Finding.SILENCE)) {
                details.put("level", rounded(measure));
            } else {
                details.put("samples", (long) measure);
            }
        } else {
            details.put("state", "ended");
            details.put("since", text(before.since()));
            var until = before.begun(heard.from);
            details.put("until", until.toString());
            details.put("seconds", seconds(before.since(), until));
        }
        heard.findings.add(new Finding(type, heard.end, details));
    }

    private static void tell(Loudness before, Loudness after, Instant at, List<Finding> findings) {
        var from = before.told();
        var to = after.told();
        if (from == null || to == null || from.equals(to)) {
            return;
        }
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("from", rounded(from));
        details.put("level", rounded(to));
        findings.add(new Finding(Finding.LEVEL, at, details));
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }

    private static double seconds(@Nullable Instant from, Instant to) {
        return from == null ? 0 : Duration.between(from, to).toMillis() / MILLIS;
    }

    private static double rounded(double level) {
        return Math.round(level * ROUNDING) / ROUNDING;
    }
}
