package io.carillon.tail;

import io.carillon.identity.NodeId;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// This node's row in `carillon.node`, and its promise to be awake until a time by the database's
/// clock. The row is kept alive, and taken away when the node is dead, by room `registry`.
///
/// While a promise holds, writers need not ring. It may only be given up when its time has passed
/// **and** every transaction that ran then has ended, since such a one may have looked at the
/// promise and stayed silent; the same holds for a node that has just registered, of which older
/// transactions know nothing. Until then the node looks by itself: it lingers.
///
/// One thread, the tail's; uses the reading connection between looks.
final class Promise {
    private final Connection connection;
    private final NodeId node;
    private final TailSettings settings;
    private long renewAt;
    private boolean given;
    private boolean lingering;
    private long lingerUntil;

    Promise(Connection connection, NodeId node, TailSettings settings) {
        this.connection = connection;
        this.node = node;
        this.settings = settings;
    }

    /// Writes the row. The node must look by itself until the transactions of this moment have
    /// ended.
    ///
    /// @param listening whether LISTEN was found to work
    void register(boolean listening) throws SQLException {
        var sql =
                "insert into carillon.node (id, listening) values (?, ?)"
                        + " on conflict (id) do update set listening = excluded.listening,"
                        + " heartbeat_at = clock_timestamp()";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, node.value());
            statement.setBoolean(2, listening);
            statement.executeUpdate();
        }
        // The row may hold a promise from before a lost connection.
        given = true;
        renewAt = System.nanoTime();
    }

    /// @return false when the row is gone: Postgres crashed, or this node was silent for so long
    ///     that another one has removed it
    boolean registered() throws SQLException {
        try (var statement =
                connection.prepareStatement("select 1 from carillon.node where id = ?")) {
            statement.setString(1, node.value());
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /// Takes the row away, so that writers do not ring for a node that is gone.
    void leave() throws SQLException {
        try (var statement =
                connection.prepareStatement("delete from carillon.node where id = ?")) {
            statement.setString(1, node.value());
            statement.executeUpdate();
        }
    }

    /// @return how many nodes there are, this one included
    int nodes() throws SQLException {
        return Integer.parseInt(
                TailReader.one(connection, "select count(*)::text from carillon.node"));
    }

    /// Promises to be awake for a while longer, if the last promise is half gone.
    void keep(long nanos) throws SQLException {
        if (given && nanos - renewAt < 0) {
            return;
        }
        var sql =
                "update carillon.node set awake_until ="
                        + " greatest(awake_until, clock_timestamp() + ? * interval '1 ms')"
                        + " where id = ?";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, settings.promise().toMillis());
            statement.setString(2, node.value());
            statement.executeUpdate();
        }
        given = true;
        lingering = false;
        renewAt = nanos + Duration.ofMillis(settings.promise().toMillis() / 2).toNanos();
    }

    /// @return whether the node must still look by itself after a promise or a registration
    boolean holds() {
        return given || lingering;
    }

    /// Finds out whether the node may rely on the bell again; called between looks when it wants
    /// to.
    ///
    /// @param looked the snapshot of the last look
    void lapse(Snapshot looked) throws SQLException {
        if (given) {
            var sql = "select awake_until < clock_timestamp() from carillon.node where id = ?";
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, node.value());
                try (var rows = statement.executeQuery()) {
                    if (rows.next() && !rows.getBoolean(1)) {
                        return;
                    }
                }
            }
            given = false;
            linger();
        } else if (lingering && looked.xmin() >= lingerUntil) {
            lingering = false;
        }
    }

    private void linger() throws SQLException {
        var xmax =
                TailReader.one(connection, "select pg_snapshot_xmax(pg_current_snapshot())::text");
        lingerUntil = Long.parseLong(xmax);
        lingering = true;
    }
}
