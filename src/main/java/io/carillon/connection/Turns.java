package io.carillon.connection;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.concurrent.CountDownLatch;

/// Lets so many work at a time, and of those who wait one of each tenant in turn: whoever asks for
/// much waits behind itself, not in front of the others.
///
/// Safe for all threads. Waiting is for virtual threads; there is one waiter at most for each
/// connection, so what waits is bounded by these.
final class Turns {
    private final LinkedHashMap<String, ArrayDeque<CountDownLatch>> waiting = new LinkedHashMap<>();
    private final int atOnce;
    private int free;

    /// @param atOnce how many may work at a time
    Turns(int atOnce) {
        this.atOnce = atOnce;
        this.free = atOnce;
    }

    /// Waits for its turn, which must be given back with [#release].
    ///
    /// @param tenant on whose behalf
    void acquire(String tenant) throws InterruptedException {
        var turn = new CountDownLatch(1);
        synchronized (this) {
            waiting.computeIfAbsent(tenant, ignored -> new ArrayDeque<>()).add(turn);
            callNext();
        }
        try {
            turn.await();
        } catch (InterruptedException stopping) {
            giveUp(tenant, turn);
            throw stopping;
        }
    }

    private synchronized void giveUp(String tenant, CountDownLatch turn) {
        var queue = waiting.get(tenant);
        if (queue == null || !queue.remove(turn)) {
            release();
        } else if (queue.isEmpty()) {
            waiting.remove(tenant);
        }
    }

    /// @return how many work now
    synchronized int working() {
        return atOnce - free;
    }

    /// @return how many wait for their turn
    synchronized int waiting() {
        return waiting.values().stream().mapToInt(ArrayDeque::size).sum();
    }

    /// Gives a turn back.
    synchronized void release() {
        free++;
        callNext();
    }

    /// The tenant that was served goes to the end of the line.
    private void callNext() {
        while (free > 0 && !waiting.isEmpty()) {
            var first = waiting.pollFirstEntry();
            var queue = first.getValue();
            var turn = queue.remove();
            if (!queue.isEmpty()) {
                waiting.putLast(first.getKey(), queue);
            }
            free--;
            turn.countDown();
        }
    }
}
