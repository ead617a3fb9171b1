package io.carillon.aws;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/// Virtual threads that do one thing again and again, with a pause between. A fault in one round is
/// said and the next round comes all the same.
final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private Rounds() {}

    /// One round; may block, ends soon after an interrupt.
    @FunctionalInterface
    interface Round {
        void run() throws InterruptedException;
    }

    /// @param name of the thread
    /// @param pause after each round
    /// @param round what to do
    /// @return the thread, which [#stop] ends
    static Thread start(String name, Duration pause, Round round) {
        return Thread.ofVirtual().name(name).start(() -> turn(name, pause, round));
    }

    private static void turn(String name, Duration pause, Round round) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    round.run();
                } catch (RuntimeException failed) {
                    LOG.warn("{}: will be tried again: {}", name, failed.toString());
                }
                Thread.sleep(pause);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /// @param thread of [#start], or null; when this returns it does nothing more, or has been told
    ///     to end for a second
    static void stop(@Nullable Thread thread) {
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
