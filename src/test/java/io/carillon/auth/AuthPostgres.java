package io.carillon.auth;

import io.carillon.database.Database;
import io.carillon.database.PostgresFixture;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// One database of the real Postgres for all tests of tokens, tickets and rules.
public final class AuthPostgres {
    private static final PostgresFixture.FreshDatabase FRESH = PostgresFixture.freshDatabase();

    private AuthPostgres() {}

    /// @return transactions as the runtime role
    public static Database database() {
        return FRESH.database();
    }

    /// @param settings more of them
    /// @return settings with which a node works on this database
    public static Map<String, Object> settings(Map<String, Object> settings) {
        var all = new HashMap<String, Object>();
        all.put("carillon.database.url", FRESH.url());
        all.put("carillon.database.user", FRESH.superuser().user());
        all.put("carillon.database.password", FRESH.superuser().password());
        all.put("carillon.database.pool-size", 4);
        all.putAll(settings);
        return all;
    }

    /// Runs statements as somebody who may do everything.
    public static void sql(String sql) {
        try (var connection = FRESH.asSuperuser();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    static long count(String sql) {
        try (var connection = FRESH.asSuperuser();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }
}
