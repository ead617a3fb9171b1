package io.carillon.hub;

import io.carillon.channel.Place;
import io.carillon.channel.Position;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// The recent batches in memory, bounded in bytes, each starting where the one before ended.
///
/// The tail appends, lanes read; guarded by its own lock, held for moments. At the bound the oldest
/// batches go, and [#base] moves on; a recovery from before it reads the log.
public final class Ring {
    private final long capacity;
    private @Nullable Batch[] slots = new Batch[64];
    private int oldest;
    private int count;
    private long firstSequence = 1;
    private long weight;
    private String epoch;
    private Position base;
    private volatile long heardAt = System.nanoTime();

    /// @param capacity bytes that may be kept; the newest batch is kept even when it is larger
    /// @param first the first batch
    Ring(long capacity, Batch first) {
        this.capacity = capacity;
        this.epoch = first.epoch();
        this.base = first.from();
        var unused = append(first);
    }

    /// What a lane finds after the batch it has dispatched last.
    sealed interface Next {
        /// @param batch the next batch
        record Found(Batch batch) implements Next {}

        /// Nothing yet.
        record None() implements Next {}

        /// @param sequence the sequence to go on from
        /// @param epoch the log's epoch there
        /// @param position the position there
        record FellOff(long sequence, String epoch, Position position) implements Next {}
    }

    /// @param batch starts where the last one ended
    /// @return its sequence
    final synchronized long append(Batch batch) {
        if (count == slots.length) {
            grow();
        }
        slots[(oldest + count) % slots.length] = batch;
        count++;
        weight += batch.weight();
        while (weight > capacity && count > 1) {
            drop();
        }
        return lastSequence();
    }

    private void drop() {
        var gone = at(0);
        // Nothing of it may stay reachable: what lies in memory is what was weighed.
        slots[oldest] = null;
        oldest = (oldest + 1) % slots.length;
        count--;
        weight -= gone.weight();
        base = gone.to();
        firstSequence++;
    }

    private void grow() {
        var wider = new Batch[2 * count];
        for (var number = 0; number < count; number++) {
            wider[number] = at(number);
        }
        slots = wider;
        oldest = 0;
    }

    private Batch at(int number) {
        return Objects.requireNonNull(slots[(oldest + number) % slots.length]);
    }

    /// Forgets everything and starts again; every lane falls off.
    ///
    /// @param first the first batch of the new start
    synchronized void restart(Batch first) {
        // One sequence is left out, so that no lane takes the new start for the continuation of the
        // old.
        firstSequence = lastSequence() + 2;
        Arrays.fill(slots, null);
        count = 0;
        weight = 0;
        epoch = first.epoch();
        base = first.from();
        var unused = append(first);
    }

    /// @param nanos everything that was visible then is here now ([System#nanoTime])
    void heard(long nanos) {
        heardAt = nanos;
    }

    /// @return the last time of which is known that everything visible then is here
    long heardAt() {
        return heardAt;
    }

    /// @return the sequence of the newest batch
    synchronized long lastSequence() {
        return firstSequence + count - 1;
    }

    /// @return bytes kept
    public synchronized long weight() {
        return weight;
    }

    /// @return the position before the oldest batch
    synchronized Position base() {
        return base;
    }

    /// @return the position after the newest batch
    public synchronized Position head() {
        return at(count - 1).to();
    }

    /// @return the log's epoch
    public synchronized String epoch() {
        return epoch;
    }

    synchronized Next after(long sequence) {
        var wanted = sequence + 1;
        if (wanted < firstSequence) {
            return new Next.FellOff(lastSequence(), epoch, head());
        }
        var index = wanted - firstSequence;
        return index < count ? new Next.Found(at((int) index)) : new Next.None();
    }

    /// An earlier place: what this node had read some time before the last batch that somebody has
    /// seen. For conflated channels, whose events are told late: what waited when the cursor was
    /// given had come within that time before it.
    ///
    /// @param place where somebody stands
    /// @param nanos how much earlier
    /// @return the earlier place, or the same when the ring does not reach back to it
    synchronized Place before(Place place, long nanos) {
        if (!place.covers(base)) {
            return place;
        }
        var first = firstUnseen(place, count);
        if (first == 0) {
            return place;
        }
        var from = first;
        var until = at(first - 1).madeAt() - nanos;
        while (from > 0 && at(from - 1).madeAt() - until > 0) {
            from--;
        }
        return from == first ? place : Place.at(at(from).from());
    }

    /// @return the number of the first batch, before the end, that holds something unseen
    private int firstUnseen(Place place, int end) {
        var low = 0;
        var high = end;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (place.covers(at(middle).to())) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// @param sequence a batch's number
    /// @return the batch; null when it is not in memory
    public synchronized @Nullable Batch batch(long sequence) {
        var index = sequence - firstSequence;
        return index < 0 || index >= count ? null : at((int) index);
    }

    /// The batches that may hold something unseen.
    ///
    /// @param place where somebody stands
    /// @param sequence the last batch to look at
    /// @return the batches from the first that holds something unseen to that of `sequence`, or
    ///     null when the ring does not reach back that far, or has begun again since `sequence`
    synchronized @Nullable List<Batch> since(Place place, long sequence) {
        if (!place.covers(base) || sequence + 1 < firstSequence) {
            return null;
        }
        var end = (int) Math.min(count, sequence + 1 - firstSequence);
        var low = firstUnseen(place, end);
        var unseen = new ArrayList<Batch>(end - low);
        for (var number = low; number < end; number++) {
            unseen.add(at(number));
        }
        return unseen;
    }
}
