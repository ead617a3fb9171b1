package io.carillon.channel;

import java.util.Arrays;

/// Which transactions' events have been seen: a `pg_snapshot`, trimmed.
///
/// Everything below [#xmax] is seen except the transactions in [#pending], which were still
/// running. Trimmed means that `xmax` is one more than the highest transaction *that wrote an
/// event* among the visible ones, and that no pending id lies above it. The set of seen events is
/// the same as the raw snapshot's, but transaction ids that left no flushed WAL are never part of
/// it: Postgres hands those out again after a crash, and a raw snapshot would then call new events
/// seen.
///
/// Immutable. Comparison is by set, not by number: of two positions neither may cover the other.
public final class Position {
    /// The position that has seen nothing.
    public static final Position START = new Position(0, new long[0]);

    private final long xmax;
    private final long[] pending;

    /// @param xmax the first transaction id that counts as unseen
    /// @param pending ids below `xmax` that are unseen, ascending; the array is not copied
    public Position(long xmax, long[] pending) {
        this.xmax = xmax;
        this.pending = pending;
    }

    /// Trims a raw snapshot.
    ///
    /// @param highestEvent the highest transaction id of any event that is visible in the snapshot,
    ///     or 0
    /// @param running transaction ids that the snapshot lists as running, ascending
    /// @return the trimmed position
    public static Position trimmed(long highestEvent, long[] running) {
        var xmax = highestEvent + 1;
        var count = 0;
        while (count < running.length && running[count] < xmax) {
            count++;
        }
        return new Position(xmax, Arrays.copyOf(running, count));
    }

    public long xmax() {
        return xmax;
    }

    /// @return unseen ids below [#xmax], ascending; a copy
    public long[] pending() {
        return pending.clone();
    }

    /// @return how many ids [#pending] holds
    public int pendingCount() {
        return pending.length;
    }

    /// @param index 0 to [#pendingCount] - 1
    /// @return one of the pending ids
    public long pendingAt(int index) {
        return pending[index];
    }

    /// @param xid a transaction that wrote an event and committed
    /// @return whether its events are seen
    public boolean sees(long xid) {
        return xid < xmax && Arrays.binarySearch(pending, xid) < 0;
    }

    /// @param xid a transaction id
    /// @return whether nothing up to and with that transaction is unseen
    public boolean seesAllThrough(long xid) {
        return xid < xmax && (pending.length == 0 || xid < pending[0]);
    }

    /// Whether whoever is here has seen everything that is visible at `other`.
    ///
    /// @param other the position to compare with
    /// @return true when every transaction seen by `other` is seen by this
    public boolean covers(Position other) {
        if (xmax < other.xmax) {
            // Transactions between the two are unseen here; other may list all of them as pending
            // too.
            if (other.xmax - xmax > other.pending.length) {
                return false;
            }
            for (var xid = xmax; xid < other.xmax; xid++) {
                if (other.sees(xid)) {
                    return false;
                }
            }
        }
        for (var xid : pending) {
            if (other.sees(xid)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Position other
                && xmax == other.xmax
                && Arrays.equals(pending, other.pending);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(xmax) * 31 + Arrays.hashCode(pending);
    }

    @Override
    public String toString() {
        return xmax + Arrays.toString(pending);
    }
}
