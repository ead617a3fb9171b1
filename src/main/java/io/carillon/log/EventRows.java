package io.carillon.log;

import io.carillon.channel.Event;

import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/// How a row of the log becomes an [Event]. Whoever reads events selects [#COLUMNS] and calls
/// [#read].
public final class EventRows {
    /// The columns of `carillon.event` that make an event.
    public static final String COLUMNS =
            "id, xid, tenant, channel, type, data, actor, correlation_id, ref, at";

    /// The same columns of `carillon.broadcast_event`, which has fewer.
    public static final String BROADCAST_COLUMNS =
            "id, xid, tenant, channel, type, data, actor,"
                    + " null::text as correlation_id, null::text as ref, at";

    private EventRows() {}

    /// @param row a result with the columns above
    /// @param names of those who read many
    /// @return the event
    public static Event read(ResultSet row, Names names) throws SQLException {
        var type = names.one(row.getString("type"));
        var data = row.getString("data");
        return new Event(
                row.getLong("id"),
                Long.parseLong(row.getString("xid")),
                names.one(row.getString("tenant")),
                names.one(row.getString("channel")),
                type,
                type.equals(Event.RESET) ? reason(data) : data,
                row.getString("actor"),
                row.getString("correlation_id"),
                row.getString("ref"),
                row.getObject("at", OffsetDateTime.class).toInstant());
    }

    /// Resets carry `{"reason":"…"}` in SQL; inside the product their data is the bare word.
    private static @Nullable String reason(@Nullable String data) {
        if (data == null) {
            return null;
        }
        var parts = data.split("\"");
        return parts.length > 3 ? parts[3] : null;
    }
}
