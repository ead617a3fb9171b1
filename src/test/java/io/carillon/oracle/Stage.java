package io.carillon.oracle;

import io.carillon.auth.TestTokens;
import io.carillon.conformance.FreePort;
import io.carillon.connection.OpenConnections;
import io.carillon.database.EmbeddedConfig;
import io.carillon.database.EmbeddedPostgres;
import io.carillon.database.Login;
import io.carillon.database.PostgresFixture;
import io.micronaut.context.ApplicationContext;
import io.micronaut.logging.LogLevel;
import io.micronaut.logging.LoggingSystem;
import io.micronaut.runtime.server.EmbeddedServer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/// A Postgres of its own with fsync on, the watched tables in it, and one node: what the oracle's
/// clients, writers and disturbances play on. Safe for all threads.
final class Stage implements Ground, AutoCloseable {
    private static final String WRITER = "application";

    /// The test says which slot of the log is the current one, and what is dropped is kept for the
    /// verdict.
    private static final String AGEING =
            """
            create table slot_of_now (slot smallint);
            insert into slot_of_now values (0);
            grant select on slot_of_now to public;
            create or replace function carillon.slot() returns smallint language sql volatile
              return (select slot from public.slot_of_now);
            insert into kept select * from carillon.event;
            alter function carillon.rotate() rename to rotate_now;
            create function carillon.rotate() returns text language plpgsql security definer
              set lock_timeout = '300ms' as $$
            declare next_slot text := format('carillon.event_%s', (carillon.slot() + 1) & 7);
            begin
              execute format('lock table only %s in access exclusive mode', next_slot);
              execute format('insert into public.kept select * from only %s', next_slot);
              return carillon.rotate_now();
            exception when lock_not_available then return 'busy';
            end $$;
            grant execute on function carillon.rotate() to public;
            """;

    private final Path folder;
    private final EmbeddedPostgres postgres;
    private final int port = FreePort.next();
    private volatile ApplicationContext node;
    private volatile boolean up;

    Stage() throws Exception {
        folder = Files.createTempDirectory("carillon-oracle-");
        // Made without waiting for the disk, used with.
        var made = PostgresFixture.separate(folder);
        var binaries = Path.of("target", "postgres-binaries").toString();
        postgres = new EmbeddedPostgres(new EmbeddedConfig(folder.toString(), binaries, 0, true));
        made.start();
        try (var connection =
                connect(made, made.login().user(), made.login().password(), "oracle")) {
            // What was not flushed at commit shall not be flushed by accident.
            Ground.run(connection, "alter system set wal_writer_delay = '10s'");
            Ground.run(connection, "alter system set max_prepared_transactions = 20");
            Ground.run(connection, "create role application login password 'application'");
            Ground.run(connection, "grant all on schema public to application");
        }
        made.stop();
        postgres.start();
    }

    /// Makes the tables; the node has started once, so its schema is there.
    void furnish() throws SQLException {
        Play.furnish(this);
        try (var connection = superuser()) {
            Ground.run(connection, AGEING);
        }
    }

    @Override
    public int port() {
        return port;
    }

    EmbeddedPostgres postgres() {
        return postgres;
    }

    void startNode(Map<String, Object> settings) {
        Login login = postgres.login();
        var all = new HashMap<String, Object>(settings);
        all.put(
                "carillon.database.url",
                "postgresql://127.0.0.1:" + postgres.port() + "/" + EmbeddedPostgres.DATABASE);
        all.put("carillon.database.user", login.user());
        all.put("carillon.database.password", login.password());
        all.put("carillon.database.pool-size", 4);
        all.put("carillon.database.pool-wait", "2s");
        all.put("carillon.auth.secret", TestTokens.SECRET);
        all.put("micronaut.server.port", port);
        var context = ApplicationContext.builder().properties(all).build().start();
        node = context;
        // Thousands of connections come and go; their lines are of no use here.
        context.getBean(LoggingSystem.class).setLogLevel("io.carillon.connection", LogLevel.WARN);
        context.getBean(EmbeddedServer.class).start();
        up = true;
    }

    /// @return whether the node is meant to serve
    @Override
    public boolean up() {
        return up;
    }

    /// @param spread over which time clients are asked to come back, or null for no farewell
    void stopNode(Duration spread) {
        var running = node;
        up = false;
        node = null;
        if (running != null) {
            if (spread != null) {
                var unused = running.getBean(OpenConnections.class).drainAll(spread);
            }
            running.getBean(LoggingSystem.class)
                    .setLogLevel("io.carillon.connection", LogLevel.NOT_SPECIFIED);
            running.getBean(EmbeddedServer.class).stop();
            running.close();
        }
    }

    @Override
    public Connection superuser() throws SQLException {
        var login = postgres.login();
        return connect(login.user(), login.password(), "oracle");
    }

    @Override
    public Connection application(String name) throws SQLException {
        return connect(WRITER, WRITER, name);
    }

    private Connection connect(String user, String password, String name) throws SQLException {
        return connect(postgres, user, password, name);
    }

    private static Connection connect(
            EmbeddedPostgres postgres, String user, String password, String name)
            throws SQLException {
        var url =
                postgres.jdbcUrl(EmbeddedPostgres.DATABASE)
                        + "?connectTimeout=5&socketTimeout=30&ApplicationName="
                        + name;
        return DriverManager.getConnection(url, user, password);
    }

    @Override
    public void close() throws IOException {
        stopNode(null);
        postgres.stop();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
