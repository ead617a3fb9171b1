package io.carillon.conformance;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// How long everything has stood still, this process or the machine under it: nobody answers then,
/// and a bound on an answer says nothing about that time.
///
/// A thread of its own looks every few milliseconds how late it is; what is a twentieth of a second
/// or more counts.
public final class Standstill implements AutoCloseable {
    private static final long EVERY = Duration.ofMillis(5).toNanos();
    private static final long COUNTS = Duration.ofMillis(50).toNanos();

    private final Thread looking = Thread.ofPlatform().daemon().unstarted(this::look);
    private volatile boolean open = true;
    private volatile long nanos;

    public Standstill() {
        looking.start();
    }

    private void look() {
        var before = System.nanoTime();
        while (open) {
            LockSupport.parkNanos(EVERY);
            var now = System.nanoTime();
            var late = now - before - EVERY;
            if (late >= COUNTS) {
                nanos = nanos + late;
            }
            before = now;
        }
    }

    /// @return how long something took, what stood still left out
    public Duration without(Runnable something) {
        var stood = soFar();
        var began = System.nanoTime();
        something.run();
        return Duration.ofNanos(System.nanoTime() - began).minus(soFar().minus(stood));
    }

    /// @return all of it since the start
    public Duration soFar() {
        return Duration.ofNanos(nanos);
    }

    @Override
    public void close() {
        open = false;
    }
}
