package io.carillon.oracle;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// What the threads of the oracle tell each other. Safe for all threads.
final class Signals {
    private boolean stopped;
    private boolean calm;
    private Client failing;
    private Throwable failure;

    /// Nobody vanishes any more, and whoever follows less than it wants reads again.
    synchronized void beCalm() {
        calm = true;
        notifyAll();
    }

    /// Everybody comes and goes as the dice say.
    synchronized void beWild() {
        calm = false;
        notifyAll();
    }

    synchronized boolean calm() {
        return calm;
    }

    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    synchronized boolean stopped() {
        return stopped;
    }

    /// A client does nothing for a while, unless things become calm.
    synchronized void rest(int millis) {
        var end = System.nanoTime() + millis * 1_000_000L;
        var before = calm;
        try {
            while (!stopped && (before || !calm)) {
                var left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException over) {
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
