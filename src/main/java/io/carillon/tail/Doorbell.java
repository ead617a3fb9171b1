package io.carillon.tail;

import io.carillon.identity.NodeId;

import org.postgresql.PGConnection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// The connection that listens. A notification is a hint that there may be something to read, never
/// data: any role that can connect can send one.
///
/// Outside the pool, never in a transaction. It tests itself at start and every ten seconds by
/// ringing a bell of its own: a pooler between node and Postgres may swallow LISTEN. One thread,
/// the tail's.
final class Doorbell {
    private static final long TEST_INTERVAL = Duration.ofSeconds(10).toNanos();
    private static final int TEST_PATIENCE_MILLIS = 2_000;

    private final Connection connection;
    private final PGConnection bell;
    private final String own;
    private long testedAt;
    private int heardMeanwhile;

    Doorbell(Connection connection, NodeId node) throws SQLException {
        this.connection = connection;
        this.bell = connection.unwrap(PGConnection.class);
        this.own = ownBell(node);
        execute("listen carillon");
        execute("listen \"" + own + "\"");
    }

    /// @param node a node
    /// @return the name of the bell that only this node hears
    static String ownBell(NodeId node) {
        return "carillon_" + node.value();
    }

    /// Rings its own bell and listens. Other bells that ring meanwhile are kept for [#await].
    ///
    /// @return whether it was heard
    boolean hears() throws SQLException {
        testedAt = System.nanoTime();
        execute("notify \"" + own + "\"");
        var until = System.nanoTime() + TEST_PATIENCE_MILLIS * 1_000_000L;
        while (System.nanoTime() < until) {
            var mine = false;
            for (var heard : bell.getNotifications(100)) {
                if (heard.getName().equals(own)) {
                    mine = true;
                } else {
                    heardMeanwhile++;
                }
            }
            if (mine) {
                return true;
            }
        }
        return false;
    }

    /// @param nanos [System#nanoTime]
    /// @return whether it is time for [#hears] again
    boolean testDue(long nanos) {
        return nanos - testedAt > TEST_INTERVAL;
    }

    /// Waits for a bell.
    ///
    /// @param millis at most so long; 0 only looks
    /// @return how often it rang
    int await(int millis) throws SQLException {
        if (heardMeanwhile > 0) {
            var rung = heardMeanwhile;
            heardMeanwhile = 0;
            return rung;
        }
        var heard = millis == 0 ? bell.getNotifications() : bell.getNotifications(millis);
        return heard == null ? 0 : heard.length;
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
