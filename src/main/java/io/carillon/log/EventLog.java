package io.carillon.log;

import io.carillon.channel.Event;
import io.carillon.channel.Inspector;
import io.carillon.channel.Leg;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.database.Database;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// The log as recoveries read it, from the pool.
///
/// Every read is followed by a look at `dropped_through` with a newer snapshot, because the
/// TRUNCATE that empties a slot does so for older snapshots as well: what a read did not find may
/// be gone.
///
/// Blocks; safe for all threads. Throws [io.carillon.database.DatabaseUnavailable] when Postgres is
/// away.
@Singleton
public final class EventLog implements History {
    /// One branch for each kind of unseen transaction, so that both are index scans.
    private static final String UNSEEN =
            """
            select %1$s from carillon.event
             where tenant = ? and channel = any (?) and xid >= ?::xid8
               and xid < ?::xid8 and xid <> all (?::xid8[]) and id > ?
            union all
            select %1$s from carillon.event
             where tenant = ? and channel = any (?) and xid = any (?::xid8[])
               and xid < ?::xid8 and xid <> all (?::xid8[]) and id > ?
            """;

    private static final String READ =
            "select * from ("
                    + UNSEEN.formatted(EventRows.COLUMNS)
                    + " union all "
                    + UNSEEN.formatted(EventRows.COLUMNS)
                    + ") unseen order by id limit ?";

    private static final String COUNT =
            "select count(*) from (" + UNSEEN.formatted("id") + " limit ?) unseen";

    private static final Position EVERYTHING = new Position(Long.MAX_VALUE, new long[0]);

    private final Database database;
    private final LongAdder reads = new LongAdder();
    private final Inspector inspector;

    @Inject
    public EventLog(Database database, Inspector inspector) {
        this.database = database;
        this.inspector = inspector;
    }

    /// @param database whose log; every event is told as it is
    public EventLog(Database database) {
        this(database, Inspector.NONE);
    }

    @Override
    public Page read(String tenant, Set<String> channels, Leg leg, int limit) {
        reads.increment();
        var events = database.read(connection -> events(connection, tenant, channels, leg, limit));
        return expired(leg.from()) ? new Page.Expired() : new Page.Found(events);
    }

    private List<Event> events(
            Connection connection, String tenant, Set<String> channels, Leg leg, int limit)
            throws SQLException {
        try (var statement = connection.prepareStatement(READ)) {
            var next = bind(statement, 1, tenant, channels, leg);
            next = bind(statement, next, Event.ALL_TENANTS, bases(channels), leg);
            statement.setInt(next, limit);
            var events = new ArrayList<Event>();
            var names = new Names();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    events.add(inspector.inspect(EventRows.read(rows, names)));
                }
            }
            return events;
        }
    }

    @Override
    public int count(String tenant, Set<String> channels, Place place, int limit) {
        var leg = new Leg(place.from(), EVERYTHING, 0);
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(COUNT)) {
                var next = bind(statement, 1, tenant, channels, leg);
                statement.setInt(next, limit);
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    return rows.getInt(1);
                }
            }
        });
    }

    /// @return pages that recoveries have read since the start
    public long reads() {
        return reads.sum();
    }

    /// @param from where a read began
    /// @return whether events that were unseen there may be gone
    public boolean expired(Position from) {
        return !from.seesAllThrough(droppedThrough());
    }

    private long droppedThrough() {
        return database.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows =
                            statement.executeQuery(
                                    "select dropped_through from carillon.log_state")) {
                rows.next();
                return Long.parseLong(rows.getString(1));
            }
        });
    }

    private static int bind(
            PreparedStatement statement, int first, String tenant, Set<String> channels, Leg leg)
            throws SQLException {
        var names =
                statement.getConnection().createArrayOf("text", channels.toArray(String[]::new));
        var next = first;
        for (var unseen : List.of(Xids.one(leg.from().xmax()), Xids.pending(leg.from()))) {
            statement.setString(next++, tenant);
            statement.setArray(next++, names);
            statement.setString(next++, unseen);
            statement.setString(next++, Xids.one(leg.to().xmax()));
            statement.setString(next++, Xids.pending(leg.to()));
            statement.setLong(next++, leg.after());
        }
        return next;
    }

    /// The names under which a reset of all tenants may concern one of the channels: itself and
    /// every prefix that ends before a colon.
    private static Set<String> bases(Set<String> channels) {
        var bases = new LinkedHashSet<String>();
        for (var channel : channels) {
            bases.add(channel);
            for (var colon = channel.indexOf(':');
                    colon > 0;
                    colon = channel.indexOf(':', colon + 1)) {
                bases.add(channel.substring(0, colon));
            }
        }
        return bases;
    }
}
