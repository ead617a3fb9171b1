package io.carillon.sight;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.connection.Connection;
import io.carillon.database.Database;
import io.carillon.hub.Hub;
import io.carillon.hub.Lane;
import io.carillon.hub.Seat;
import io.carillon.hub.Trail;
import io.carillon.identity.NodeId;
import io.carillon.log.Xids;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/// Finds out what became of one event: in the log, at the tail, on the lanes, at each connection.
///
/// An event of the last batches is found by its id; an older one by its channel, since the log has
/// no index on ids. Blocks; a search of the log takes at most 2 s.
@Singleton
public final class Ways {
    /// Connections that are listed.
    public static final int CONNECTIONS = 1_000;

    private static final String COLUMNS =
            "select id, xid, tenant, channel, type, actor, correlation_id, trace, at, case when"
                    + " current_setting('track_commit_timestamp') = 'on' then"
                    + " pg_xact_commit_timestamp(xid::xid) end as committed_at from carillon.event"
                    + " where id = ? and ";
    private static final String BY_TRANSACTION = COLUMNS + "xid >= ?::xid8 and xid < ?::xid8";
    private static final String BY_CHANNEL = COLUMNS + "tenant = ? and channel = ?";

    private final Hub hub;
    private final Database database;
    private final Follower follower;
    private final NodeId node;

    /// A row of the log.
    private record Found(long id, long xid, ChannelKey key, Way.Logged event) {}

    public Ways(Hub hub, Database database, Follower follower, NodeId node) {
        this.hub = hub;
        this.database = database;
        this.follower = follower;
        this.node = node;
    }

    /// @param id of the event
    /// @param key its channel, where the caller knows it: finds events that this node has forgotten
    /// @return its way, or null when it was not found
    public @Nullable Way of(long id, @Nullable ChannelKey key) throws InterruptedException {
        var found = recent(id);
        if (found == null && key != null) {
            found = logged(id, key);
        }
        return found == null ? null : way(found);
    }

    private @Nullable Found recent(long id) {
        for (var seen : hub.started() ? hub.trail().around(id) : List.<Trail.Seen>of()) {
            var from = seen.batch().from();
            var oldest = from.pendingCount() == 0 ? from.xmax() : from.pendingAt(0);
            var found =
                    one(BY_TRANSACTION, id, Xids.one(oldest), Xids.one(seen.batch().to().xmax()));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable Found logged(long id, ChannelKey key) {
        return one(BY_CHANNEL, id, key.tenant(), key.channel());
    }

    private @Nullable Found one(String sql, long id, String first, String second) {
        return database.<@Nullable Found>read(connection -> {
            try (var patience = connection.createStatement()) {
                patience.execute("set local statement_timeout = '2s'");
            }
            try (var statement = connection.prepareStatement(sql)) {
                statement.setLong(1, id);
                statement.setString(2, first);
                statement.setString(3, second);
                return read(statement);
            }
        });
    }

    private static @Nullable Found read(PreparedStatement statement) throws SQLException {
        try (var row = statement.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            var id = row.getLong("id");
            var xid = row.getString("xid");
            var key = new ChannelKey(row.getString("tenant"), row.getString("channel"));
            var at = instant(row, "at");
            return new Found(
                    id,
                    Long.parseLong(xid),
                    key,
                    new Way.Logged(
                            Long.toString(id),
                            xid,
                            key.tenant(),
                            key.channel(),
                            row.getString("type"),
                            row.getString("actor"),
                            row.getString("correlation_id"),
                            row.getString("trace"),
                            at == null ? Instant.EPOCH : at,
                            instant(row, "committed_at")));
        }
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private Way way(Found found) throws InterruptedException {
        var seen = hub.trail().of(found.id, found.xid);
        var lanes = new ArrayList<Way.OnLane>();
        var connections = new ArrayList<Way.At>();
        var number = 0;
        for (var lane : hub.lanes()) {
            if (seen != null) {
                lanes.add(onLane(number, lane, seen, found));
            }
            connections.addAll(Rollcall.ask(lane, () -> connections(lane, seen, found)));
            number++;
        }
        return new Way(
                found.event,
                node.value(),
                seen == null
                        ? null
                        : new Way.Seen(
                                follower.at(seen.nanos()),
                                seen.sequence(),
                                seen.events(),
                                hub.ring().batch(seen.sequence()) != null),
                lanes,
                List.copyOf(connections.subList(0, Math.min(CONNECTIONS, connections.size()))),
                connections.size() > CONNECTIONS);
    }

    private Way.OnLane onLane(int number, Lane lane, Trail.Seen seen, Found found) {
        var passed = lane.passed() >= seen.sequence();
        var step = lane.steps().of(seen.sequence());
        if (step == null) {
            return new Way.OnLane(number, passed, null, null, 0, 0);
        }
        var told = step.told(found.key, found.id);
        return new Way.OnLane(
                number,
                passed,
                follower.at(step.startedNanos()),
                follower.at(step.flushedNanos()),
                told == null ? 0 : told.handed(),
                told == null ? 0 : told.behind());
    }

    private static List<Way.At> connections(Lane lane, Trail.@Nullable Seen seen, Found found) {
        if (found.key.tenant().equals(Event.ALL_TENANTS)) {
            return List.of();
        }
        var there = new ArrayList<Way.At>();
        for (var seat : lane.seats(found.key)) {
            if (seat.subscriber() instanceof Connection connection && there.size() <= CONNECTIONS) {
                var standing = connection.standing();
                there.add(
                        new Way.At(
                                standing.id(),
                                standing.user(),
                                standing.transport(),
                                state(lane, seat, connection, seen, found),
                                standing.unsentBytes()));
            }
        }
        return there;
    }

    private static Way.State state(
            Lane lane, Seat seat, Connection connection, Trail.@Nullable Seen seen, Found found) {
        if (connection.owes(found.key.channel(), found.xid, found.id)) {
            return Way.State.OWED;
        }
        if (!lane.position().sees(found.xid)) {
            return Way.State.NOT_YET;
        }
        if (lane.conflation().windowMillis(found.key.channel()) > 0) {
            return Way.State.CONFLATED;
        }
        // What the node has forgotten lies before every seat that we can still judge.
        return seen != null && seat.satBefore(seen.sequence())
                ? Way.State.HANDED
                : Way.State.CAME_LATER;
    }
}
