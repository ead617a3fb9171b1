package io.carillon.log;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;

/// A bounded queue in which tenants take turns: one that puts much in waits behind itself, and
/// cannot fill it alone. Safe for all threads; taking is for one.
final class TenantQueue<T> {
    private final LinkedHashMap<String, ArrayDeque<T>> tenants = new LinkedHashMap<>();
    private final int most;
    private final int mostOfOne;
    private int size;

    /// @param most how many may wait
    /// @param mostOfOne how many of them may be one tenant's
    TenantQueue(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /// @param tenant whose
    /// @param item what
    /// @return whether there was room
    synchronized boolean offer(String tenant, T item) {
        var queue = tenants.get(tenant);
        if (size >= most || queue != null && queue.size() >= mostOfOne) {
            return false;
        }
        if (queue == null) {
            queue = new ArrayDeque<>();
            tenants.put(tenant, queue);
        }
        queue.add(item);
        size++;
        notifyAll();
        return true;
    }

    /// Waits for something, then takes what there is, one of each tenant in turn.
    ///
    /// @param taken where to put it
    /// @param limit how much at most
    synchronized void take(Collection<T> taken, int limit) throws InterruptedException {
        while (size == 0) {
            wait();
        }
        for (var count = 0; count < limit && size > 0; count++) {
            var first = tenants.pollFirstEntry();
            taken.add(first.getValue().remove());
            size--;
            if (!first.getValue().isEmpty()) {
                tenants.putLast(first.getKey(), first.getValue());
            }
        }
    }
}
