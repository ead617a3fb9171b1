package io.carillon.oracle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// What the threads of the oracle tell each other. Safe for all threads.
final class Signals {
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch calm = new CountDownLatch(1);
    private Client failing;
    private Throwable failure;

    /// Nobody vanishes any more.
    void beCalm() {
        calm.countDown();
    }

    boolean calm() {
        return calm.getCount() == 0;
    }

    void stop() {
        stop.countDown();
    }

    boolean stopped() {
        return stop.getCount() == 0;
    }

    /// A client does nothing for a while, unless things become calm.
    void rest(int millis) {
        try {
            var unused = (calm() ? stop : calm).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            stop();
        }
    }

    synchronized void fail(Client client, Throwable wrong) {
        if (failure == null) {
            failure = wrong;
            failing = client;
        }
        notifyAll();
    }

    synchronized Throwable failure() {
        return failure;
    }

    synchronized Client failing() {
        return failing;
    }

    synchronized void changed() {
        notifyAll();
    }

    /// Waits until something holds, looking again whenever a client has changed.
    ///
    /// @return whether it came to hold in time, and nothing failed
    boolean await(BooleanSupplier holds, Duration patience) throws InterruptedException {
        var end = System.nanoTime() + patience.toNanos();
        while (failure() == null) {
            if (holds.getAsBoolean()) {
                return true;
            }
            var left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            synchronized (this) {
                wait(Math.min(left, 500));
            }
        }
        return false;
    }
}
