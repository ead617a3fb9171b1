package io.carillon.sight;

import io.carillon.log.Xids;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// When transactions committed, and how far the database's clock is from this node's.
///
/// The distance is taken from the quickest of the last [#TRIES] questions, so it is right to half
/// of that round trip. One thread, the [Follower]'s; [#offset] may be read by any.
final class DatabaseClock {
    private static final int TRIES = 20;
    private static final long REST = Duration.ofSeconds(5).toNanos();

    private volatile Duration offset = Duration.ZERO;
    private volatile Pair base = Pair.now();
    private long quickest = Long.MAX_VALUE;
    private int tries;
    private long askedAt;
    private boolean asked;
    private boolean tracked;

    /// @return to be added to this node's clock to get the database's
    Duration offset() {
        return offset;
    }

    /// @param nanos a moment in [System#nanoTime]
    /// @return the same moment by the database's clock
    Instant at(long nanos) {
        return here(nanos).plus(offset);
    }

    /// @param nanos a moment in [System#nanoTime]
    /// @return the same moment by this node's clock
    Instant here(long nanos) {
        var pair = base;
        return pair.wall.plusNanos(nanos - pair.nanos);
    }

    /// Two readings of this node's clocks that belong together: a pause between them would move
    /// every moment that is derived from them, so the closest of some are taken.
    ///
    /// @param wall the time
    /// @param nanos the same moment in [System#nanoTime]
    private record Pair(Instant wall, long nanos) {
        static Pair now() {
            var closest = Long.MAX_VALUE;
            var best = new Pair(Instant.now(), System.nanoTime());
            for (var number = 0; number < 5; number++) {
                var before = System.nanoTime();
                var wall = Instant.now();
                var gap = System.nanoTime() - before;
                if (gap < closest) {
                    closest = gap;
                    best = new Pair(wall, before + gap / 2);
                }
            }
            return best;
        }
    }

    /// Follows this node's clock where that was set anew.
    void refresh() {
        base = Pair.now();
    }

    /// @return whether Postgres dates commits
    boolean tracked() {
        return tracked;
    }

    /// Looks at the clock, if it was not done a moment ago.
    void look(Connection connection) throws SQLException {
        var now = System.nanoTime();
        if (asked && now - askedAt < REST) {
            return;
        }
        asked = true;
        askedAt = now;
        if (++tries > TRIES) {
            tries = 0;
            quickest = Long.MAX_VALUE;
        }
        try (var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("show track_commit_timestamp")) {
                rows.next();
                tracked = rows.getString(1).equals("on");
            }
            var before = System.nanoTime();
            var here = Instant.now();
            try (var rows = statement.executeQuery("select clock_timestamp()")) {
                rows.next();
                var there = rows.getObject(1, OffsetDateTime.class).toInstant();
                var trip = System.nanoTime() - before;
                if (trip < quickest) {
                    quickest = trip;
                    offset = Duration.between(here.plusNanos(trip / 2), there);
                }
            }
        }
    }

    /// @param xids transactions that have committed
    /// @return when, by the database's clock; without those that it does not know any more
    static Map<Long, Instant> commits(Connection connection, Collection<Long> xids)
            throws SQLException {
        var sql =
                "select x, pg_xact_commit_timestamp(x::xid8::xid) from unnest(?::text[]) as x"
                        + " where pg_xact_commit_timestamp(x::xid8::xid) is not null";
        var found = new HashMap<Long, Instant>();
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(
                    1, xids.stream().map(Xids::one).collect(Collectors.joining(",", "{", "}")));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            Long.parseLong(rows.getString(1)),
                            rows.getObject(2, OffsetDateTime.class).toInstant());
                }
            }
        }
        return found;
    }
}
