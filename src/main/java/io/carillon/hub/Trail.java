package io.carillon.hub;

import io.carillon.channel.Position;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// When the tail had seen the recent batches: the first half of an event's way through this node.
/// The other half are the [Steps] of each lane.
///
/// Written by the tail's thread, read by any; nothing locks. Holds the last [#LENGTH] batches with
/// events, without their events. For sight only: nothing that is delivered depends on it.
public final class Trail {
    /// Batches that are remembered.
    public static final int LENGTH = 4_096;

    private final AtomicReferenceArray<Seen> batches = new AtomicReferenceArray<>(LENGTH);
    private volatile long last;

    /// A batch with events, as the tail handed it to the hub.
    ///
    /// @param sequence its number in the ring
    /// @param batch its edges: which transactions it brought
    /// @param events how many
    /// @param firstId the least event id
    /// @param lastId the greatest event id
    /// @param xid the transaction of the first event
    /// @param at when the first event was written, by the clock of the database
    /// @param nanos when the tail handed it over, in [System#nanoTime]
    public record Seen(
            long sequence,
            Edges batch,
            int events,
            long firstId,
            long lastId,
            long xid,
            Instant at,
            long nanos) {
        /// @param event's id
        /// @param transaction that wrote it
        /// @return whether the event was part of the batch
        private boolean brought(long event, long transaction) {
            return event >= firstId
                    && event <= lastId
                    && batch.to().sees(transaction)
                    && !batch.from().sees(transaction);
        }
    }

    /// @param from everything visible here is not in the batch
    /// @param to everything visible here and not at `from` is
    public record Edges(Position from, Position to) {}

    /// @param sequence the batch's number in the ring
    /// @param batch is in the ring now
    /// @param nanos when it came, in [System#nanoTime]; lanes may have been quicker than this call
    void seen(long sequence, Batch batch, long nanos) {
        var events = batch.events();
        if (!events.isEmpty()) {
            var first = events.getFirst();
            var seen =
                    new Seen(
                            sequence,
                            new Edges(batch.from(), batch.to()),
                            events.size(),
                            first.id(),
                            events.getLast().id(),
                            first.xid(),
                            first.at(),
                            nanos);
            batches.setRelease((int) (sequence % LENGTH), seen);
            last = sequence;
        }
    }

    /// @return the sequence of the newest batch with events, 0 before the first
    long last() {
        return last;
    }

    /// @param sequence a batch's number in the ring
    /// @return the batch; null when it is forgotten, or had no events
    public @Nullable Seen at(long sequence) {
        var seen = batches.getAcquire((int) (sequence % LENGTH));
        return seen != null && seen.sequence == sequence ? seen : null;
    }

    /// @param sequence the last that the caller knows
    /// @return those after it that are still remembered, in order
    public List<Seen> after(long sequence) {
        var newest = last;
        var found = new ArrayList<Seen>();
        for (var next = Math.max(sequence, newest - LENGTH) + 1; next <= newest; next++) {
            var seen = at(next);
            if (seen != null) {
                found.add(seen);
            }
        }
        return found;
    }

    /// @param id of an event
    /// @return the batches that may have brought it, the newest first: those with a lesser and a
    ///     greater id
    public List<Seen> around(long id) {
        return after(0).reversed().stream()
                .filter(seen -> id >= seen.firstId && id <= seen.lastId)
                .toList();
    }

    /// @param id of an event
    /// @param xid the transaction that wrote it
    /// @return the batch that brought it; null when that is forgotten or has not come yet
    public @Nullable Seen of(long id, long xid) {
        for (var index = 0; index < LENGTH; index++) {
            var seen = batches.getAcquire(index);
            if (seen != null && seen.brought(id, xid)) {
                return seen;
            }
        }
        return null;
    }
}
