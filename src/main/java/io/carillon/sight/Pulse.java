package io.carillon.sight;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;

/// The latencies of the last minute on this node, for a screen: what the metrics have as
/// histograms, small enough to be asked for every second.
///
/// Told by the [Follower] on its thread, asked by any; keeps the last [#KEPT] of what is younger
/// than [#SPAN]. Never blocks for longer than a sort of that takes.
@Singleton
public final class Pulse implements Latencies {
    /// Latencies that are remembered at most.
    public static final int KEPT = 2_048;

    /// How far back it looks.
    public static final Duration SPAN = Duration.ofMinutes(1);

    private static final double MICROS_PER_MILLI = 1_000.0;

    private final long[] at = new long[KEPT];
    private final long[] micros = new long[KEPT];
    private long count;

    @Inject
    public Pulse(Follower follower) {
        follower.measure(this);
    }

    Pulse() {}

    /// From commit (or from when it was seen, where Postgres dates no commits) until the frames
    /// were handed to their sockets; milliseconds.
    ///
    /// @param p50 half took no longer
    /// @param p95 of twenty, nineteen took no longer
    /// @param p99 of a hundred, ninety-nine
    /// @param max the longest
    /// @param samples how many were measured
    public record Beat(double p50, double p95, double p99, double max, int samples) {}

    /// @return of the last minute, or null when nothing was delivered in it
    public @Nullable Beat lastMinute() {
        return since(System.nanoTime() - SPAN.toNanos());
    }

    @Override
    public void delivered(Origin from, Duration time) {
        add(System.nanoTime(), time);
    }

    @Override
    public void seen(Origin from, Duration time) {}

    synchronized void add(long nanos, Duration time) {
        var slot = (int) (count++ % KEPT);
        at[slot] = nanos;
        micros[slot] = time.toNanos() / 1_000;
    }

    synchronized @Nullable Beat since(long nanos) {
        var young = new long[(int) Math.min(count, KEPT)];
        var size = 0;
        for (var slot = 0; slot < young.length; slot++) {
            if (at[slot] - nanos >= 0) {
                young[size++] = micros[slot];
            }
        }
        if (size == 0) {
            return null;
        }
        Arrays.sort(young, 0, size);
        return new Beat(
                part(young, size, 0.5),
                part(young, size, 0.95),
                part(young, size, 0.99),
                young[size - 1] / MICROS_PER_MILLI,
                size);
    }

    private static double part(long[] sorted, int size, double part) {
        return sorted[Math.min(size - 1, (int) (size * part))] / MICROS_PER_MILLI;
    }
}
