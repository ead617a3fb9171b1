package io.carillon.oracle;

import io.carillon.channel.Cursor;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongPredicate;

/// Compares what clients were told with the log, and what they show with the tables.
public final class Verdict {
    /// What the node was told about its bounds, at the smallest.
    ///
    /// @param bulk events of one transaction and channel above which it may say reset
    /// @param gap missed events above which it may say reset
    /// @param reasons further reasons for resets that were given: `expired` when old events were
    ///     dropped, `epoch` when the log became another one
    public record Bounds(int bulk, int gap, Set<String> reasons) {}

    private record Entry(long id, long xid, String tenant, String channel, String type) {
        boolean reset() {
            return type.equals("carillon.reset");
        }
    }

    private final List<Entry> log = new ArrayList<>();
    private final Bounds bounds;
    private final Connection connection;
    private final String epoch;

    Verdict(Connection connection, Bounds bounds) throws SQLException {
        this.bounds = bounds;
        this.connection = connection;
        this.epoch = Ground.one(connection, "select carillon.epoch()");
        var sql =
                "select id, xid::text, tenant, channel, type from carillon.event union select id,"
                        + " xid::text, tenant, channel, type from kept order by id";
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                log.add(
                        new Entry(
                                rows.getLong(1),
                                Long.parseLong(rows.getString(2)),
                                rows.getString(3).intern(),
                                rows.getString(4).intern(),
                                rows.getString(5).intern()));
            }
        }
    }

    int events() {
        return log.size();
    }

    private BitSet expected(Following following, LongPredicate transactions) {
        var expected = new BitSet();
        for (var entry : log) {
            if (entry.channel.equals(following.channel)
                    && entry.tenant.equals(following.tenant)
                    && !entry.reset()
                    && transactions.test(entry.xid)) {
                expected.set((int) entry.id);
            }
        }
        return expected;
    }

    private BitSet owed(Following following) {
        return expected(following, xid -> !following.since.saw(xid));
    }

    /// @return what is wrong with a following that goes on: something missing, something too much,
    ///     a wrong row; or null
    String judge(Following following) throws SQLException {
        var owed = owed(following);
        if (!owed.equals(following.told)) {
            return difference(owed, following.told);
        }
        var table = Loader.rows(connection, following.tenant, following.channel);
        for (var row : table.entrySet()) {
            var shown = following.rows.get(row.getKey());
            if (shown != Following.TOO_LARGE && !row.getValue().equals(shown)) {
                return "row " + row.getKey() + " is " + row.getValue() + " and shown as " + shown;
            }
        }
        for (var key : following.rows.keySet()) {
            if (!table.containsKey(key)) {
                return "row " + key + " is gone and still shown as " + following.rows.get(key);
            }
        }
        return null;
    }

    /// @return what is wrong with a following that was reset: something told that it was not owed,
    ///     a cursor that says otherwise than what was told, a reason that was none; or null
    String judgeEnded(Following following) {
        var another = !Objects.requireNonNull(Cursor.parse(following.cursor)).epoch().equals(epoch);
        if (following.ended.equals("epoch") || another) {
            // What was told may have been lost with the old log: there is nothing to compare.
            return bounds.reasons.contains("epoch")
                    ? null
                    : "the log became another one for no reason: " + following.ended;
        }
        var place = Objects.requireNonNull(Cursor.parse(following.cursor)).place();
        var seen = new BitSet();
        for (var entry : log) {
            if (entry.channel.equals(following.channel)
                    && entry.tenant.equals(following.tenant)
                    && !entry.reset()
                    && !following.since.saw(entry.xid)
                    && place.sees(entry.xid, entry.id)) {
                seen.set((int) entry.id);
            }
        }
        if (!seen.equals(following.told)) {
            return "the cursor "
                    + following.cursor
                    + " says otherwise: "
                    + difference(seen, following.told);
        }
        return legitimate(following)
                ? null
                : "reset for no reason: " + following.ended + " at " + following.cursor;
    }

    private boolean legitimate(Following following) {
        return switch (following.ended) {
            case "truncated" ->
                    log.stream()
                            .anyMatch(entry ->
                                    entry.reset()
                                            && entry.channel.equals(following.table.channel)
                                            && !following.since.saw(entry.xid));
            case "bulk" -> largest(following) > bounds.bulk;
            case "behind" -> missed(following) > bounds.gap;
            case "expired" -> bounds.reasons.contains("expired");
            default -> false;
        };
    }

    /// What the command missed that the following was part of: at most everything of its tenant.
    private long missed(Following following) {
        var place = Objects.requireNonNull(Cursor.parse(following.cursor)).place();
        return log.stream()
                .filter(entry -> entry.tenant.equals(following.tenant))
                .filter(entry -> !place.from().sees(entry.xid))
                .count();
    }

    private long largest(Following following) {
        var counts = new HashMap<Long, Integer>();
        for (var entry : log) {
            if (entry.channel.equals(following.channel)
                    && entry.tenant.equals(following.tenant)
                    && !following.since.saw(entry.xid)) {
                counts.merge(entry.xid, 1, Integer::sum);
            }
        }
        return counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private String difference(BitSet owed, BitSet told) {
        var missing = (BitSet) owed.clone();
        missing.andNot(told);
        var tooMuch = (BitSet) told.clone();
        tooMuch.andNot(owed);
        return "missing " + some(missing) + ", too much " + some(tooMuch);
    }

    private String some(BitSet ids) {
        var first =
                ids.stream()
                        .limit(8)
                        .mapToObj(id -> log.stream().filter(it -> it.id == id).findFirst())
                        .map(it ->
                                it.map(Entry::toString).orElse("an event that is not in the log"))
                        .toList();
        return ids.cardinality() + " events " + first;
    }

    /// @return the id of the first event that is missing or too much, or 0
    long firstDifference(Following following) {
        var difference = owed(following);
        difference.xor(following.told);
        return difference.isEmpty() ? 0 : difference.nextSetBit(0);
    }

    /// @return the events of the row that an event is about, as they are in the log
    List<String> ofTheSameRow(long id) throws SQLException {
        var sql =
                """
                select id || ' xid ' || xid || ' ' || tenant || '/' || channel || ' ' || type || ' '
                    || coalesce(left(data::text, 160), '') || ' at ' || at
                  from carillon.event where data::jsonb -> 'key' = (select data::jsonb -> 'key' from carillon.event where id = ?)
                   and type not like 'carillon.%' and split_part(channel, ':', 1) = (select split_part(channel, ':', 1) from carillon.event where id = ?)
                 order by carillon.event.id desc limit 40
                """;
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, id);
            statement.setLong(2, id);
            var found = new ArrayList<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found.reversed();
        }
    }
}
