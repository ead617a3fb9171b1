package io.carillon.tail;

import io.carillon.channel.Event;
import io.carillon.channel.Inspector;
import io.carillon.channel.Position;
import io.carillon.log.EventRows;
import io.carillon.log.Names;
import io.carillon.log.Xids;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Asks Postgres for precisely the events that a position has not seen, in one statement whose
/// snapshot is the next position.
///
/// Both branches of the query are index scans whatever else runs, so a transaction that commits
/// late is delivered when it commits and delays nobody. Ephemeral events are looked for
/// while there are any. One thread, the tail's; one connection, which it does not close.
final class TailReader {
    private static final String NOTHING =
            "null::bigint as id, null::xid8 as xid, null as tenant, null as channel, null as type,"
                    + " null as data, null as actor, null as correlation_id, null as ref,"
                    + " null::timestamptz as at";

    /// The first row says where the look stands; it is there also when there are no events. The
    /// sequence of ephemeral events tells whether it is worth looking for those.
    private static final String LOOK =
            """
            select * from (
              select pg_current_snapshot()::text as snapshot,
                (select last_value + is_called::int from carillon.broadcast_id) as broadcasts, %1$s
              union all
              select null, null, %2$s from %3$s where xid >= ?::xid8
              %4$s
            ) unseen order by id %5$s nulls first limit ?
            """;

    private static final String PENDING =
            "union all select null, null, %s from %s where xid = any (?::xid8[])";

    /// Nothing pending is the usual case, and saves half of the index scans.
    private static final String EVENTS =
            LOOK.formatted(NOTHING, EventRows.COLUMNS, "carillon.event", "", "asc");

    private static final String EVENTS_AND_PENDING =
            LOOK.formatted(
                    NOTHING,
                    EventRows.COLUMNS,
                    "carillon.event",
                    PENDING.formatted(EventRows.COLUMNS, "carillon.event"),
                    "asc");

    /// The newest first: when there are too many, the oldest are left out.
    private static final String BROADCASTS =
            LOOK.formatted(
                    NOTHING,
                    EventRows.BROADCAST_COLUMNS,
                    "carillon.broadcast_event",
                    PENDING.formatted(EventRows.BROADCAST_COLUMNS, "carillon.broadcast_event"),
                    "desc");

    /// How long a transaction with ephemeral events may take to commit before they wait for others.
    private static final long BROADCASTING = Duration.ofSeconds(5).toNanos();

    private final Connection connection;
    private final TailSettings settings;
    private final Inspector inspector;
    private final Names names = new Names();
    private final PreparedStatement events;
    private final PreparedStatement eventsAndPending;
    private final PreparedStatement broadcasts;
    private Position ephemeral;
    private Position position;
    private long broadcastsSoFar;
    private long broadcastNumber;

    /// The highest id of an ephemeral event that was told, or that was there before the first look.
    private long lastHeard = -1;

    private double allowance;
    private long allowanceAt;
    private long broadcastAt;

    /// What one look found.
    ///
    /// @param snapshot the raw snapshot of the look
    /// @param before the position before
    /// @param after the position now
    /// @param events durable ones, in the order of ids; null when there were more than a batch may
    ///     hold
    record Look(Snapshot snapshot, Position before, Position after, @Nullable List<Event> events) {}

    /// What was heard of ephemeral events.
    ///
    /// @param events in the order of ids
    /// @param untold how many were left out, roughly
    record Heard(List<Event> events, long untold) {
        static final Heard NOTHING = new Heard(List.of(), 0);
    }

    TailReader(Connection connection, TailSettings settings, Position position, Inspector inspector)
            throws SQLException {
        this.connection = connection;
        this.inspector = inspector;
        this.settings = settings;
        this.position = position;
        try (var statement = connection.createStatement()) {
            // Planning over all slots takes longer than the query itself.
            statement.execute("set plan_cache_mode = force_generic_plan");
            statement.execute("set jit = off");
            // A generic plan takes `xid >= ?` for a third of the log: it would read slots from end
            // to end, with parallel workers that cost 20 ms to start, for the few rows at the end.
            statement.execute("set enable_seqscan = off");
            statement.execute("set max_parallel_workers_per_gather = 0");
        }
        this.events = connection.prepareStatement(EVENTS);
        this.eventsAndPending = connection.prepareStatement(EVENTS_AND_PENDING);
        this.broadcasts = connection.prepareStatement(BROADCASTS);
        var now = Snapshot.parse(one(connection, "select pg_current_snapshot()::text"));
        this.ephemeral = new Position(now.xmax(), now.running());
    }

    Position position() {
        return position;
    }

    /// @return what became visible since the last look
    Look look() throws SQLException {
        var statement = position.pendingCount() == 0 ? events : eventsAndPending;
        bind(statement, position, settings.page() + 2);
        var gathering = gathering();
        int rows;
        Snapshot snapshot;
        try (var result = statement.executeQuery()) {
            snapshot = first(result);
            broadcastsSoFar = result.getLong("broadcasts");
            lastHeard = lastHeard < 0 ? broadcastsSoFar - 1 : lastHeard;
            rows = gather(result, gathering);
        }
        return rows > settings.page() ? lookThroughPortal() : moved(snapshot, gathering);
    }

    /// Listens for ephemeral events, after the durable ones of a look have been published: as many
    /// as the budget allows, the newest, and the rest is left out.
    Heard hear() throws SQLException {
        var now = System.nanoTime();
        var budget = settings.ephemeralRate();
        allowance = Math.min(budget / 10.0, allowance + (now - allowanceAt) * 1e-9 * budget);
        allowanceAt = now;
        if (broadcastsSoFar != broadcastNumber) {
            broadcastAt = now;
        } else if (now - broadcastAt > BROADCASTING) {
            return Heard.NOTHING;
        }
        if (allowance < budget / 40.0) {
            return Heard.NOTHING;
        }
        broadcastNumber = broadcastsSoFar;
        return hear((int) Math.ceil(allowance));
    }

    private Heard hear(int most) throws SQLException {
        var heard = new ArrayList<Event>();
        bind(broadcasts, ephemeral, most + 2);
        try (var result = broadcasts.executeQuery()) {
            var seen = first(result);
            while (result.next()) {
                heard.add(inspector.inspect(EventRows.read(result, names)));
            }
            ephemeral = new Position(seen.xmax(), seen.running());
        }
        var untold = 0L;
        if (heard.size() > most) {
            heard.subList(most, heard.size()).clear();
            // The sequence runs ahead of what is visible; what was left out lies between two ids.
            untold = Math.max(1, heard.getFirst().id() - lastHeard - most);
        }
        if (!heard.isEmpty()) {
            lastHeard = Math.max(lastHeard, heard.getFirst().id());
        }
        allowance -= heard.size();
        return new Heard(List.copyOf(heard.reversed()), untold);
    }

    /// A transaction may have written a million events: they pass through here a page at a time.
    private Look lookThroughPortal() throws SQLException {
        var gathering = gathering();
        Snapshot snapshot;
        connection.setAutoCommit(false);
        try (var statement =
                connection.prepareStatement(
                        position.pendingCount() == 0 ? EVENTS : EVENTS_AND_PENDING)) {
            statement.setFetchSize(settings.page());
            bind(statement, position, Integer.MAX_VALUE);
            try (var result = statement.executeQuery()) {
                snapshot = first(result);
                gather(result, gathering);
            }
        } finally {
            connection.commit();
            connection.setAutoCommit(true);
        }
        return moved(snapshot, gathering);
    }

    private Look moved(Snapshot snapshot, Gathering gathering) {
        var before = position;
        var highest = Math.max(position.xmax() - 1, gathering.highest());
        var after = Position.trimmed(highest, snapshot.running());
        // Equal positions stay one object, so that everything that holds them shares it.
        position = after.equals(before) ? before : after;
        var events = gathering.overflow() ? null : gathering.events();
        return new Look(snapshot, before, position, events);
    }

    private Gathering gathering() {
        return new Gathering(settings.bulk(), settings.batch());
    }

    private static Snapshot first(ResultSet result) throws SQLException {
        result.next();
        return Snapshot.parse(result.getString("snapshot"));
    }

    private int gather(ResultSet result, Gathering gathering) throws SQLException {
        var rows = 0;
        while (result.next()) {
            gathering.add(inspector.inspect(EventRows.read(result, names)));
            rows++;
        }
        return rows;
    }

    private void bind(PreparedStatement statement, Position from, int limit) throws SQLException {
        var next = 1;
        statement.setString(next++, Xids.one(from.xmax()));
        if (from.pendingCount() > 0 || statement == broadcasts) {
            statement.setString(next++, Xids.pending(from));
        }
        statement.setInt(next, limit);
    }

    static String one(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
