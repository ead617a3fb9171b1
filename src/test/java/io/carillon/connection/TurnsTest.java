package io.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

@Timeout(20)
class TurnsTest {
    private final Turns turns = new Turns(1);
    private final List<String> served = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();

    @Test
    void whoeverAsksForMuchWaitsBehindItself() throws Exception {
        turns.acquire("first");
        for (var number = 0; number < 20; number++) {
            ask("noisy");
        }
        ask("quiet");
        ask("calm");
        turns.release();
        for (var thread : threads) {
            thread.join();
        }
        assertThat(served.subList(0, 3)).containsExactly("noisy", "quiet", "calm");
        assertThat(served).hasSize(22);
    }

    @Test
    void whoeverIsStoppedWhileItWaitsTakesNoTurn() throws Exception {
        turns.acquire("first");
        ask("stopped");
        threads.getFirst().interrupt();
        threads.getFirst().join();
        turns.release();
        turns.acquire("next");
        assertThat(served).isEmpty();
    }

    private void ask(String tenant) {
        var asks = new CountDownLatch(1);
        var thread =
                Thread.ofVirtual()
                        .start(() -> {
                            asks.countDown();
                            try {
                                turns.acquire(tenant);
                                served.add(tenant);
                                turns.release();
                            } catch (InterruptedException stopping) {
                                Thread.currentThread().interrupt();
                            }
                        });
        threads.add(thread);
        // In this order they shall stand in line.
        while (thread.getState() != Thread.State.WAITING) {
            LockSupport.parkNanos(100_000);
        }
    }
}
