package io.carillon.hub;

import io.carillon.channel.ChannelKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// What one lane did with the recent batches: to how many it handed which run, and when that was
/// flushed to the sockets.
///
/// Counted per run and timed per flush, never per delivery, so that it costs the way nothing that
/// can be measured. Batches that concern nobody on the lane leave no step. Written on the lane's
/// thread, read by any; holds the last [#LENGTH] steps, and of each the first [#RUNS] runs one by
/// one.
public final class Steps {
    /// Steps that are remembered.
    public static final int LENGTH = 1_024;

    /// Runs of one batch that are remembered one by one; of the others only the sums.
    public static final int RUNS = 64;

    private final AtomicReferenceArray<Step> steps = new AtomicReferenceArray<>(LENGTH);
    private final List<Open> unflushed = new ArrayList<>();
    private volatile long count;
    private @Nullable Open open;

    /// One batch on one lane.
    ///
    /// @param sequence the batch's number in the ring
    /// @param startedNanos when the lane took it up, in [System#nanoTime]
    /// @param flushedNanos when the last of its frames was handed to the sockets
    /// @param handed frames handed to connections
    /// @param behind frames not handed, since the connection is owed older ones or does not read;
    ///     it gets them when it is caught up
    /// @param runs the first runs of it that somebody follows here
    public record Step(
            long sequence,
            long startedNanos,
            long flushedNanos,
            int handed,
            int behind,
            List<Told> runs) {
        /// @param key a channel
        /// @param event the id of one of its events
        /// @return what became of its run; null when nobody here follows it, or it was one too many
        public @Nullable Told told(ChannelKey key, long event) {
            for (var told : runs) {
                if (event >= told.firstId && event <= told.lastId && told.key.equals(key)) {
                    return told;
                }
            }
            return null;
        }
    }

    /// One run on one lane.
    ///
    /// @param key its channel
    /// @param firstId of its events
    /// @param lastId of its events
    /// @param handed connections that it was handed to
    /// @param behind connections that will get it when they are caught up
    public record Told(ChannelKey key, long firstId, long lastId, int handed, int behind) {}

    /// A batch that is being handed out, or not flushed yet.
    private static final class Open {
        final long sequence;
        final long startedNanos = System.nanoTime();
        final List<Told> runs = new ArrayList<>(2);
        int handed;
        int behind;

        Open(long sequence) {
            this.sequence = sequence;
        }
    }

    /// A run has been offered to all who follow it here.
    void told(long sequence, Run run, int handed, int behind) {
        var batch = open;
        if (batch == null) {
            batch = new Open(sequence);
            open = batch;
        }
        batch.handed += handed;
        batch.behind += behind;
        if (batch.runs.size() < RUNS) {
            batch.runs.add(new Told(run.key(), run.firstId(), run.lastId(), handed, behind));
        }
    }

    /// The batch in hand is done.
    void done() {
        if (open != null) {
            unflushed.add(open);
            open = null;
        }
    }

    /// Everything that was handed out is with the sockets.
    void flushed() {
        if (unflushed.isEmpty()) {
            return;
        }
        var now = System.nanoTime();
        for (var batch : unflushed) {
            var step =
                    new Step(
                            batch.sequence,
                            batch.startedNanos,
                            now,
                            batch.handed,
                            batch.behind,
                            batch.runs);
            steps.setRelease((int) (count % LENGTH), step);
            count = count + 1;
        }
        unflushed.clear();
    }

    /// @return how many steps were made so far
    public long count() {
        return count;
    }

    /// @param known how many steps the caller knows
    /// @return the steps after those that are still remembered, in order
    public List<Step> after(long known) {
        var newest = count;
        var found = new ArrayList<Step>();
        for (var next = Math.max(known, newest - LENGTH); next < newest; next++) {
            var step = steps.getAcquire((int) (next % LENGTH));
            if (step != null) {
                found.add(step);
            }
        }
        return found;
    }

    /// @param sequence a batch's number in the ring
    /// @return what the lane did with it; null when that is forgotten, or concerned nobody here
    public @Nullable Step of(long sequence) {
        for (var index = 0; index < LENGTH; index++) {
            var step = steps.getAcquire(index);
            if (step != null && step.sequence == sequence) {
                return step;
            }
        }
        return null;
    }
}
