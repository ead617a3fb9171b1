package io.carillon.oracle;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads what a page shows, as any back end would: in one REPEATABLE READ transaction, with
/// `carillon.cursor()` before the rows, between them or behind.
final class Loader {
    private final Ground stage;

    Loader(Ground stage) {
        this.stage = stage;
    }

    List<Following> load(String tenant, List<String> channels, Chance chance) throws SQLException {
        try (var connection = stage.application("back-end")) {
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            var cursorAt = chance.between(0, channels.size());
            var since =
                    Moment.of(
                            Ground.one(connection, "select pg_current_snapshot()::text"),
                            Long.parseLong(
                                    Ground.one(
                                            connection,
                                            "select coalesce((select xid from carillon.event"
                                                    + " order by xid desc limit 1), '0')::text")));
            var rows = new HashMap<String, Map<String, Map<String, Object>>>();
            String cursor = null;
            for (var number = 0; number <= channels.size(); number++) {
                if (number == cursorAt) {
                    cursor = Ground.one(connection, "select carillon.cursor()");
                }
                if (number < channels.size()) {
                    rows.put(channels.get(number), rows(connection, tenant, channels.get(number)));
                }
            }
            connection.commit();
            var loaded = new ArrayList<Following>();
            for (var channel : channels) {
                loaded.add(new Following(tenant, channel, since, rows.get(channel), cursor));
            }
            return loaded;
        }
    }

    /// @return the rows that a channel shows, by key
    static Map<String, Map<String, Object>> rows(
            Connection connection, String tenant, String channel) throws SQLException {
        var rows = new HashMap<String, Map<String, Object>>();
        var table = Table.of(channel);
        if (table == Table.NEWS) {
            return rows;
        }
        var sql = "select row_to_json(shown)::text from (" + table.read + ") shown";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            if (table == Table.INBOX) {
                statement.setString(2, channel.substring("inbox:".length()));
            }
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    var row = Json.read(found.getString(1));
                    rows.put(table.keyOf(row), row);
                }
            }
        }
        return rows;
    }
}
