package io.carillon.sight;

import io.carillon.hub.Trail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Batches that wait until the lanes have done their part. Holds as many as the [Trail] remembers;
/// the oldest go first. Confined to one thread.
final class Settling {
    private final long nanos;
    private final Deque<Trail.Seen> waiting = new ArrayDeque<>();

    /// @param nanos how long a batch waits
    Settling(long nanos) {
        this.nanos = nanos;
    }

    void add(List<Trail.Seen> batches) {
        waiting.addAll(batches);
        while (waiting.size() > Trail.LENGTH) {
            waiting.remove();
        }
    }

    void clear() {
        waiting.clear();
    }

    /// @param events about how many are wanted
    /// @return batches that have settled, in order
    List<Trail.Seen> take(int events) {
        var settled = new ArrayList<Trail.Seen>();
        var now = System.nanoTime();
        var left = events;
        var oldest = waiting.peek();
        while (left > 0 && oldest != null && now - oldest.nanos() > nanos) {
            settled.add(oldest);
            left -= oldest.events();
            waiting.remove();
            oldest = waiting.peek();
        }
        return settled;
    }
}
