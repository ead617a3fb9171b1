package io.carillon.oracle;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// One uninterrupted following of one channel by one client: from a read of the table to a reset or
/// the end, across as many connections as it takes. Holds the client's screen.
///
/// Checks while it goes: no event twice, a row's events in order, nothing changed or deleted that
/// is not there. Guarded by its client.
final class Following {
    /// What a screen shows of a row that was too large to be sent.
    static final Map<String, Object> TOO_LARGE = Map.of("truncated", true);

    final String tenant;
    final String channel;
    final Table table;
    final Moment since;
    final BitSet told = new BitSet();
    final Map<String, Map<String, Object>> rows;
    String cursor;
    String ended;
    long lastId;
    private final Map<String, Long> lastOfRow = new HashMap<>();

    /// @param since the read that it began with
    Following(
            String tenant,
            String channel,
            Moment since,
            Map<String, Map<String, Object>> rows,
            String cursor) {
        this.tenant = tenant;
        this.channel = channel;
        this.table = Table.of(channel);
        this.since = since;
        this.rows = rows;
        this.cursor = cursor;
    }

    /// @param event of this channel
    /// @return what is wrong with it, or null
    String take(Map<String, Object> event) {
        var id = Long.parseLong((String) event.get("id"));
        if (told.get((int) id)) {
            return "event " + id + " came twice";
        }
        told.set((int) id);
        lastId = Math.max(lastId, id);
        if (table == Table.NEWS) {
            return null;
        }
        var data = Json.object(event.get("data"));
        var key = Json.key(Json.object(data.get("key")));
        var before = lastOfRow.put(key, id);
        if (before != null && before > id) {
            return "event " + id + " of row " + key + " came after " + before;
        }
        return show((String) event.get("type"), key, data, id);
    }

    private String show(String type, String key, Map<String, Object> data, long id) {
        var kind = type.substring(type.lastIndexOf('.') + 1);
        var there = rows.containsKey(key);
        if (kind.equals("deleted")) {
            rows.remove(key);
        } else {
            var row = data.get("row");
            rows.put(key, row == null ? TOO_LARGE : Json.object(row));
        }
        return !table.strict() || there != kind.equals("created")
                ? null
                : "event "
                        + id
                        + " "
                        + type
                        + " of row "
                        + key
                        + (there ? ": was there" : ": was not there");
    }
}
