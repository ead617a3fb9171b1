package io.carillon.tail;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// Decides whether the tail sleeps until the bell rings or stays awake and looks by itself.
///
/// NOTIFY is the quickest way while nobody queues for its lock, and turns concurrent commits into a
/// queue when many use it. So the node sleeps until bells are frequent, then looks every now and
/// then whether writers queue for that lock, and stays awake when they do, for as long as events
/// flow. One thread, the tail's.
final class Vigilance {
    private static final long WINDOW = Duration.ofMillis(100).toNanos();
    private static final String QUEUEING =
            "select count(*)::text from pg_locks where locktype = 'object'"
                    + " and classid = 'pg_database'::regclass and objid = 0 and not granted";
    private static final int QUEUE = 2;

    private final Connection connection;
    private final int busyInWindow;
    private long windowAt;
    private int bells;
    private int events;
    private boolean awake;

    Vigilance(Connection connection, TailSettings settings) {
        this.connection = connection;
        this.busyInWindow = (int) Math.max(1, settings.busyBells() * WINDOW / 1_000_000_000L);
    }

    /// @param rung bells since the last call
    /// @param found events since the last call
    /// @param nanos [System#nanoTime]
    /// @return whether to be awake from here on
    boolean judge(int rung, int found, long nanos) throws SQLException {
        bells += rung;
        events += found;
        if (nanos - windowAt < WINDOW) {
            return awake;
        }
        if (awake) {
            awake = events >= busyInWindow;
        } else if (bells >= busyInWindow) {
            var queueing = Integer.parseInt(TailReader.one(connection, QUEUEING));
            awake = queueing >= QUEUE;
        }
        windowAt = nanos;
        bells = 0;
        events = 0;
        return awake;
    }
}
