package io.carillon.promises;

import io.carillon.auth.TestTokens;
import io.carillon.conformance.TestNode;
import io.carillon.database.EmbeddedPostgres;
import io.carillon.database.Login;
import io.carillon.database.PostgresFixture;
import io.carillon.database.Prepared;
import io.carillon.tail.Tail;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.function.BooleanSupplier;

/// A Postgres that may be killed, and a node on it that may be stopped. Two-phase commit is
/// possible, and what commits asynchronously is not flushed by accident.
final class Scene implements AutoCloseable {
    private static Scene shared;

    private final Path folder;
    private final EmbeddedPostgres postgres;
    private ApplicationContext node;
    private int nodePort;

    Scene() throws Exception {
        folder = Files.createTempDirectory("carillon-scene-");
        postgres = Prepared.copy("scene", folder, Scene::prepare);
        postgres.start();
    }

    private static void prepare(EmbeddedPostgres postgres) throws SQLException {
        postgres.start();
        try (var connection = superuser(postgres)) {
            run(connection, "alter system set max_prepared_transactions = 10");
            run(connection, "alter system set wal_writer_delay = '10s'");
            run(connection, "create role application login password 'application'");
            run(connection, "grant all on schema public to application");
        }
        PostgresFixture.migrate(postgres);
    }

    /// @return one for all tests that leave Postgres and the node running; each uses a tenant of
    ///     its own
    static synchronized Scene shared() throws Exception {
        if (shared == null) {
            var scene = new Scene();
            Runtime.getRuntime().addShutdownHook(new Thread(scene::closeQuietly));
            scene.startNode();
            scene.sql("select carillon.allow_watch('application')");
            scene.sql("select carillon.allow_emit('application')");
            scene.sql("select carillon.rule('news')");
            scene.sql("create unlogged table scratch (n int)");
            scene.sql("create table burnt (n int)");
            shared = scene;
        }
        return shared;
    }

    EmbeddedPostgres postgres() {
        return postgres;
    }

    Path folder() {
        return folder;
    }

    /// @param settings names and values in turn
    void startNode(Object... settings) {
        startNodeAt(postgres.port(), settings);
    }

    /// @param postgresPort of Postgres, or of what stands in front of it
    void startNodeAt(int postgresPort, Object... settings) {
        node = start(postgresPort, settings);
        nodePort = port(node);
    }

    /// @param settings names and values in turn
    /// @return another node; the caller closes it
    ApplicationContext secondNode(Object... settings) {
        return start(postgres.port(), settings);
    }

    static int port(ApplicationContext started) {
        return started.getBean(EmbeddedServer.class).getPort();
    }

    private ApplicationContext start(int postgresPort, Object... settings) {
        Login login = postgres.login();
        var all = new HashMap<String, Object>();
        all.put(
                "carillon.database.url",
                "postgresql://127.0.0.1:" + postgresPort + "/" + EmbeddedPostgres.DATABASE);
        all.put("carillon.database.user", login.user());
        all.put("carillon.database.password", login.password());
        all.put("carillon.database.pool-size", 4);
        all.put("carillon.database.pool-wait", "2s");
        all.put("carillon.auth.secret", TestTokens.SECRET);
        all.put("micronaut.server.port", -1);
        for (var index = 0; index < settings.length; index += 2) {
            all.put((String) settings[index], settings[index + 1]);
        }
        var started = ApplicationContext.builder().properties(all).build().start();
        started.getBean(EmbeddedServer.class).start();
        return started;
    }

    void stopNode() {
        if (node != null) {
            node.close();
            node = null;
        }
    }

    <T> T bean(Class<T> type) {
        return node.getBean(type);
    }

    int nodePort() {
        return nodePort;
    }

    /// @param cursor where to go on from, or null for from now on
    Page page(String tenant, String cursor, String... channels) {
        var page = new Page(nodePort, TestNode.token(tenant, "ana"));
        page.subscribe(cursor, channels);
        return page;
    }

    void killPostgres() {
        var process = ProcessHandle.of(postgres.pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        postgres.start();
    }

    Connection superuser() throws SQLException {
        return superuser(postgres);
    }

    private static Connection superuser(EmbeddedPostgres postgres) throws SQLException {
        var login = postgres.login();
        return DriverManager.getConnection(
                postgres.jdbcUrl(EmbeddedPostgres.DATABASE), login.user(), login.password());
    }

    /// @return a connection to no database of the product
    Connection maintenance() throws SQLException {
        var login = postgres.login();
        return DriverManager.getConnection(
                postgres.jdbcUrl("postgres"), login.user(), login.password());
    }

    Connection application() throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(EmbeddedPostgres.DATABASE), "application", "application");
    }

    void sql(String sql) throws SQLException {
        try (var connection = superuser()) {
            run(connection, sql);
        }
    }

    String one(String sql) throws SQLException {
        try (var connection = superuser()) {
            return one(connection, sql);
        }
    }

    void emit(String tenant, Object... values) throws SQLException {
        for (var value : values) {
            sql("select carillon.emit('%s', 'news', 'told', '%s')".formatted(tenant, value));
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String one(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    /// Waits until something holds; half a minute at most.
    static void await(String what, BooleanSupplier holds) {
        var end = System.nanoTime() + 30_000_000_000L;
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 30 s: " + what);
            }
            Thread.onSpinWait();
        }
    }

    /// Waits until the tail has looked at the log once more from now on.
    void awaitLook() {
        var tail = node.getBean(Tail.class);
        // The look that is under way may have begun before.
        var looks = tail.looks() + 2;
        await("the tail looks", () -> tail.looks() >= looks);
    }

    static String unchecked(Connection connection, String sql) {
        try {
            return one(connection, sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException left) {
            System.err.println("left behind: " + folder + ": " + left);
        }
    }

    @Override
    public void close() throws IOException {
        stopNode();
        postgres.stop();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
