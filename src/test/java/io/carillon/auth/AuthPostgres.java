package io.carillon.auth;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.carillon.database.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.flywaydb.core.Flyway;

/// The real Postgres of this room's tests: migrated by an owner, worked with as a runtime role. One
/// for all test classes.
public final class AuthPostgres {
    private static final EmbeddedPostgres SERVER = start();
    private static final HikariDataSource POOL = pool();

    private AuthPostgres() {}

    /// @return transactions as the runtime role
    public static Database database() {
        return new Database(POOL, purpose -> connect("carillon_runtime"));
    }

    /// Runs statements as the owner.
    public static void owner(String sql) {
        run("carillon_owner", sql);
    }

    static void run(String user, String sql) {
        try (var connection = connect(user);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static long count(String sql) {
        try (var connection = connect("carillon_owner");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static Connection connect(String user) throws SQLException {
        return DriverManager.getConnection(SERVER.getJdbcUrl(user, "postgres"));
    }

    private static EmbeddedPostgres start() {
        try {
            var server = EmbeddedPostgres.builder().start();
            try (var connection = server.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("create role carillon_owner login");
                statement.execute("create role carillon_runtime login");
                statement.execute("grant create on database postgres to carillon_owner");
                statement.execute("grant create on schema public to carillon_owner");
            }
            Flyway.configure()
                    .dataSource(server.getJdbcUrl("carillon_owner", "postgres"), "carillon_owner", "")
                    .schemas("carillon")
                    .placeholders(Map.of("runtime", "carillon_runtime"))
                    .load()
                    .migrate();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static HikariDataSource pool() {
        var config = new HikariConfig();
        config.setJdbcUrl(SERVER.getJdbcUrl("carillon_runtime", "postgres"));
        config.setMaximumPoolSize(8);
        return new HikariDataSource(config);
    }
}
