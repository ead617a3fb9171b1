package io.carillon.registry;

import io.carillon.identity.NodeId;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One node's lease: says that it lives, watches the heartbeats of the others, reaps those that
/// stand still.
///
/// A heartbeat is only compared with itself: a node is dead when this one has seen the same value
/// for the length of the lease by its own steady clock. So neither a step of the database's clock
/// nor a pause of this node makes anybody look dead; and whoever could not look for half a lease
/// begins anew with all, because those who could not beat meanwhile are not dead. The row is
/// removed only if it still has that value, and by exactly one of those who noticed. Confined to
/// the registry's thread.
final class Lease {
    private static final String BEAT =
            "update carillon.node set heartbeat_at = clock_timestamp(), address = ?, draining = ?"
                    + " where id = ? returning registration::text";

    private static final String ALL =
            "select id, address, started_at, draining, heartbeat_at::text,"
                    + " (select life::text from carillon.registry_life)"
                    + " from carillon.node order by started_at, id";

    private final NodeId node;
    private final long leaseNanos;
    private final Map<String, Seen> seen = new HashMap<>();
    private long lookedAt = System.nanoTime();

    private record Seen(String heartbeat, long atNanos) {}

    /// What a heartbeat found.
    ///
    /// @param mine this node's registration, or null when its row is not there
    /// @param life of the unlogged tables, or null when nobody has begun one
    /// @param nodes all that are registered
    record Pulse(@Nullable Registration mine, @Nullable String life, List<LiveNode> nodes) {}

    Lease(NodeId node, Duration lease) {
        this.node = node;
        this.leaseNanos = lease.toNanos();
    }

    Pulse beat(Connection connection, @Nullable String address, Nodes nodes) throws SQLException {
        Registration mine = null;
        try (var statement = connection.prepareStatement(BEAT)) {
            statement.setString(1, address);
            statement.setBoolean(2, nodes.draining());
            statement.setString(3, node.value());
            try (var rows = statement.executeQuery()) {
                if (rows.next()) {
                    mine = new Registration(node.value(), rows.getString(1));
                }
            }
        }
        return look(connection, mine);
    }

    private Pulse look(Connection connection, @Nullable Registration mine) throws SQLException {
        String life = null;
        var all = new ArrayList<LiveNode>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(ALL)) {
            var now = System.nanoTime();
            var before =
                    now - lookedAt > leaseNanos / 2 ? Map.<String, Seen>of() : Map.copyOf(seen);
            seen.clear();
            lookedAt = now;
            while (rows.next()) {
                var id = rows.getString(1);
                var heartbeat = rows.getString(5);
                life = rows.getString(6);
                var known = before.get(id);
                seen.put(
                        id,
                        known != null && known.heartbeat.equals(heartbeat)
                                ? known
                                : new Seen(heartbeat, now));
                all.add(
                        new LiveNode(
                                new NodeId(id),
                                rows.getString(2),
                                rows.getObject(3, OffsetDateTime.class).toInstant(),
                                rows.getBoolean(4)));
            }
        }
        return new Pulse(mine, life, all);
    }

    /// Removes the nodes that stand still, with all that hangs on them, and presence whose time is
    /// over.
    ///
    /// @return the nodes that this node removed
    List<String> reap(Connection connection) throws SQLException {
        var dead =
                seen.entrySet().stream()
                        .filter(it -> !it.getKey().equals(node.value()))
                        .filter(it -> lookedAt - it.getValue().atNanos > leaseNanos)
                        .toList();
        try (var statement =
                connection.prepareStatement(
                        "select unnest(carillon.reap(?, ?::text[]::timestamptz[]))")) {
            statement.setArray(1, texts(connection, dead.stream().map(Map.Entry::getKey).toList()));
            statement.setArray(
                    2,
                    texts(connection, dead.stream().map(it -> it.getValue().heartbeat).toList()));
            var reaped = new ArrayList<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    reaped.add(rows.getString(1));
                }
            }
            reaped.forEach(seen::remove);
            return reaped;
        }
    }

    /// The unlogged tables are new: begins a life, unless another node was first.
    static void begin(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(
                    "insert into carillon.registry_life default values on conflict do nothing");
        }
    }

    static java.sql.Array texts(Connection connection, List<? extends @Nullable String> values)
            throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }
}
