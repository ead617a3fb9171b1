package io.carillon.conformance;

import io.carillon.auth.TestTokens;
import io.carillon.channel.Cursor;
import io.carillon.connection.OpenConnections;
import io.carillon.database.PostgresFixture;
import io.carillon.hub.Hub;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/// The whole product in the test's JVM, on a database of its own.
public final class TestNode implements AutoCloseable {
    private final PostgresFixture.FreshDatabase database;
    private final EmbeddedServer server;
    private final boolean guest;

    private TestNode(PostgresFixture.FreshDatabase database, EmbeddedServer server, boolean guest) {
        this.database = database;
        this.server = server;
        this.guest = guest;
    }

    /// @param settings names and values in turn, on top of what every test has
    public static TestNode start(Object... settings) {
        return start(PostgresFixture.freshDatabase(), settings);
    }

    /// @param database closed with the node
    public static TestNode start(PostgresFixture.FreshDatabase database, Object... settings) {
        return new TestNode(database, server(database, settings), false);
    }

    /// @return another node on the database of this one, to be closed before it
    public TestNode another(Object... settings) {
        return new TestNode(database, server(database, settings), true);
    }

    private static EmbeddedServer server(
            PostgresFixture.FreshDatabase database, Object... settings) {
        var all = new HashMap<String, Object>();
        all.put("carillon.database.url", database.url());
        all.put("carillon.database.user", database.superuser().user());
        all.put("carillon.database.password", database.superuser().password());
        all.put("carillon.database.pool-size", 4);
        all.put("carillon.auth.secret", TestTokens.SECRET);
        all.put("carillon.auth.origins", "https://app.example.com");
        all.put("micronaut.server.port", -1);
        for (var index = 0; index < settings.length; index += 2) {
            all.put((String) settings[index], settings[index + 1]);
        }
        var context = ApplicationContext.builder().properties(all).build().start();
        return context.getBean(EmbeddedServer.class).start();
    }

    public int port() {
        return server.getPort();
    }

    public Hub hub() {
        return server.getApplicationContext().getBean(Hub.class);
    }

    public OpenConnections connections() {
        return server.getApplicationContext().getBean(OpenConnections.class);
    }

    public <T> T bean(Class<T> type) {
        return server.getApplicationContext().getBean(type);
    }

    /// Returns when so many connections are open; whoever waits in vain is stopped by its test's
    /// timeout.
    public void awaitConnections(int count) {
        while (connections().count() != count) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    public boolean has(Class<?> type) {
        return server.getApplicationContext().containsBean(type);
    }

    /// @return the first column of the first row, as somebody who may do everything
    public String ask(String sql) {
        try (var connection = database.asSuperuser();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /// @return a token of ten minutes
    public static String token(String tenant, String user, String... roles) {
        return TestTokens.hs256(TestTokens.user(tenant, user, List.of(roles)));
    }

    public static String tokenUntil(String tenant, String user, Instant end) {
        return TestTokens.hs256(
                TestTokens.user(tenant, user, List.of()).expirationTime(Date.from(end)));
    }

    /// Everybody of a tenant may follow the channel, and publish to it in role `writer`.
    public void open(String... patterns) {
        for (var pattern : patterns) {
            sql("select carillon.rule('%s', publish_roles => array['writer'])".formatted(pattern));
        }
    }

    public void emit(String tenant, String channel, String type, String data) {
        sql("select carillon.emit('%s', '%s', '%s', '%s')".formatted(tenant, channel, type, data));
    }

    /// @return the cursor of now, as a back end would hand it to its page
    public String cursor() {
        try (var connection = database.asSuperuser();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select carillon.cursor()")) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// Returns when the node has seen everything that is committed; whoever waits in vain is
    /// stopped by its test's timeout.
    public void awaitSeen() {
        var now = Objects.requireNonNull(Cursor.parse(cursor())).place().to();
        while (!hub().ring().head().covers(now)) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    public void sql(String sql) {
        try (var connection = database.asSuperuser();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @Override
    public void close() {
        server.getApplicationContext().close();
        if (!guest) {
            database.close();
        }
    }
}
