package io.carillon.bench;

import org.HdrHistogram.Histogram;

import java.util.LinkedHashMap;
import java.util.Map;

/// What arrived at all clients, exactly. Confined to the load's loop; [#snapshot] is called there.
final class Tally {
    private static final long LONGEST = 120_000_000;

    private final Histogram latency = new Histogram(LONGEST, 3);
    private final Histogram connecting = new Histogram(LONGEST, 3);
    private final Map<String, Integer> complaints = new LinkedHashMap<>();
    private long received;
    private long gaps;
    private long mended;
    private long duplicates;
    private long closed;
    private int ready;

    /// @param deliveries events received, each client counted
    /// @param missing events that a later one of the same client overtook and that have not come
    /// @param disordered events that came after a later one
    /// @param duplicates events that came again
    /// @param latency microseconds from the scheduled send; a copy
    /// @param connecting microseconds from the first packet to the subscription; a copy
    record Snapshot(
            long nanos,
            long deliveries,
            long missing,
            long disordered,
            long duplicates,
            long closed,
            Histogram latency,
            Histogram connecting,
            Map<String, Integer> complaints) {}

    void deliver(long count, long nanos) {
        received += count;
        latency.recordValueWithCount(Math.clamp(nanos / 1_000, 0, LONGEST), count);
    }

    void skip(long events) {
        gaps += events;
    }

    void mend() {
        mended++;
    }

    void repeat() {
        duplicates++;
    }

    /// @param nanos since the client began to connect
    void ready(long nanos) {
        ready++;
        connecting.recordValue(Math.clamp(nanos / 1_000, 0, LONGEST));
    }

    void close() {
        closed++;
    }

    int readyClients() {
        return ready;
    }

    void complain(String text) {
        complaints.merge(text.length() > 300 ? text.substring(0, 300) : text, 1, Integer::sum);
    }

    void forgetLatency() {
        latency.reset();
    }

    Snapshot snapshot() {
        return new Snapshot(
                System.nanoTime(),
                received,
                gaps - mended,
                mended,
                duplicates,
                closed,
                latency.copy(),
                connecting.copy(),
                Map.copyOf(complaints));
    }
}
