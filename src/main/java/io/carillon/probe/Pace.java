package io.carillon.probe;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/// When windows begin, and not before their time. Confined to one thread; blocks.
///
/// A window's time is counted from the start, so it neither drifts nor jumps. Only where the sound
/// is live (real time, no start given) and falls more than a second behind, because the input had
/// nothing for a while, the count goes on from the clock.
final class Pace {
    private static final Duration LATE = Duration.ofSeconds(1);

    private final int windowMs;
    private final double speed;
    private final boolean live;
    private final long began = System.nanoTime();
    private Instant start;

    /// @param start when the first window begins; null for now
    /// @param windowMs how long a window is
    /// @param speed of real time; 0 does not wait
    Pace(@Nullable Instant start, int windowMs, double speed) {
        this.start = start == null ? Instant.ofEpochMilli(System.currentTimeMillis()) : start;
        this.windowMs = windowMs;
        this.speed = speed;
        this.live = start == null && speed == 1;
    }

    /// @param number of a window, from 0
    /// @return when it begins
    Instant at(long number) {
        return start.plusMillis(number * windowMs);
    }

    /// Waits until a window is over.
    ///
    /// @param number of the window, which has been read
    void await(long number) throws InterruptedException {
        if (speed == 0) {
            return;
        }
        var due = (long) ((number + 1) * windowMs * 1e6 / speed);
        var left = due - (System.nanoTime() - began);
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        } else if (live) {
            var now = Instant.ofEpochMilli(System.currentTimeMillis());
            if (Duration.between(at(number + 1), now).compareTo(LATE) > 0) {
                start = now.minusMillis((number + 1) * windowMs);
            }
        }
    }
}
