package io.carillon.module;

import io.micronaut.context.annotation.Context;

import jakarta.annotation.PreDestroy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// Runs every [Round] every `carillon.module.round`, each on a virtual thread of its own, with some
/// jitter so that nodes do not all ask at the same moment.
@Context
public final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    public Rounds(List<Round> rounds, ModuleSettings settings) {
        for (var round : rounds) {
            threads.add(
                    Thread.ofVirtual()
                            .name("carillon-round-" + round.name())
                            .start(() -> keep(round, settings.round().toNanos())));
        }
    }

    private void keep(Round round, long pace) {
        try {
            long pause;
            do {
                pause = run(round) == 0 ? pace - ThreadLocalRandom.current().nextLong(pace / 5) : 0;
            } while (!stopping.await(pause, TimeUnit.NANOSECONDS));
        } catch (InterruptedException unasked) {
            Thread.currentThread().interrupt();
        }
    }

    private static int run(Round round) {
        try {
            return round.run();
        } catch (RuntimeException failed) {
            LOG.warn("{} failed and will be tried again: {}", round.name(), failed.getMessage());
            return 0;
        }
    }

    /// Not by interrupts: one that meets a statement under way breaks its connection.
    @Override
    @PreDestroy
    public void close() {
        stopping.countDown();
        try {
            for (var thread : threads) {
                if (!thread.join(PATIENCE)) {
                    thread.interrupt();
                }
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
