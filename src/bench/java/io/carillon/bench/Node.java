package io.carillon.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One node of Carillon. Events are published the way the product is used: rows of the event log,
/// committed by a writer of its own, all events of one tick in one transaction.
final class Node implements Target {
    /// The whole insert is what `carillon.emit` does for one event, for many at once.
    private static final String PUBLISH =
            """
            insert into carillon.event (tenant, channel, type, data)
            select 't' || k % ?, 'load', 'load.event',
                   ('{"n":' || k / ? || ',"p":"' || repeat('x', ?) || '"}')::json
            from generate_series(?::bigint, ?::bigint) k order by k
            """;

    private final int port = Child.freePort();
    private final Postgres postgres;
    private final int tenants;
    private final String wire;
    private final Child child;
    private final Connection connection;
    private final PreparedStatement publish;
    private final PreparedStatement ring;

    /// @param postgres holds the log
    /// @param tenants how many have tokens
    /// @param options of the command line; `flags` are passed to Java, `wire` is how clients speak:
    ///     realtime or socketio
    Node(Postgres postgres, int tenants, Options options) {
        this.wire = options.text("wire", "realtime");
        this.postgres = postgres;
        this.tenants = tenants;
        var command = new ArrayList<String>();
        command.add(System.getenv("BENCH_JAVA"));
        var heap = options.text("heap", "512m");
        command.addAll(
                List.of(
                        "-Xms" + heap,
                        "-Xmx" + heap,
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:ThreadPriorityPolicy=1",
                        "-XX:CompilerThreadPriority=5",
                        "--enable-native-access=ALL-UNNAMED"));
        var flags = options.text("flags", "");
        if (!flags.isEmpty()) {
            command.addAll(List.of(flags.split(" ")));
        }
        command.addAll(
                List.of(
                        "-cp",
                        options.text("server-class-path", System.getenv("BENCH_CLASS_PATH")),
                        "io.carillon.node.Carillon"));
        var env = new HashMap<String, String>();
        env.put("CARILLON_DATABASE_URL", postgres.jdbcUrl("postgres"));
        env.put("CARILLON_DATABASE_USER", "postgres");
        env.put("CARILLON_AUTH_SECRET", Tokens.SECRET);
        env.put("CARILLON_PORT", Integer.toString(port));
        env.put("MICRONAUT_SERVER_HOST", "127.0.0.1");
        // All clients of a tenant are one user here.
        env.put("CARILLON_LIMIT_USER_CONNECTIONS", "10000000");
        env.put("CARILLON_LIMIT_USER_SUBSCRIPTIONS", "10000000");
        child = Child.start("carillon-" + port, 0, Path.of("."), env, command);
        child.awaitOutput("Server Running", 90);
        postgres.execute("postgres", "select carillon.rule('load')");
        connection = postgres.connect("postgres");
        try {
            connection.setAutoCommit(false);
            publish = connection.prepareStatement(PUBLISH);
            ring = connection.prepareStatement("select carillon.ring()");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public String name() {
        return "carillon";
    }

    @Override
    public Dialect dialect() {
        var tokens = Tokens.forTenants(tenants);
        return wire.equals("socketio")
                ? new Dialect.CarillonSocketIo(tokens)
                : new Dialect.Carillon(tokens);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long pid() {
        return child.pid();
    }

    @Override
    public void publish(long from, int count, int rooms) {
        try {
            publish.setInt(1, rooms);
            publish.setInt(2, rooms);
            publish.setInt(3, PAD);
            publish.setLong(4, from);
            publish.setLong(5, from + count - 1);
            publish.executeUpdate();
            ring.execute();
            connection.commit();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public Map<String, Object> memory() {
        var pid = Long.toString(child.pid());
        var jcmd = Path.of(System.getenv("BENCH_JAVA")).resolveSibling("jcmd").toString();
        for (var time = 0; time < 3; time++) {
            Child.run(Path.of("."), List.of(jcmd, pid, "GC.run"));
        }
        Fleet.pause(500);
        var memory = Machine.memory(child.pid());
        var heap = Child.text(List.of(jcmd, pid, "GC.heap_info"));
        var used =
                java.util.regex.Pattern.compile("used (\\d+)K")
                        .matcher(heap)
                        .results()
                        .limit(2)
                        .mapToLong(found -> Long.parseLong(found.group(1)) * 1_024)
                        .sum();
        memory.put("heap", used);
        return memory;
    }

    @Override
    public double cpuBeside() {
        return Machine.cpuOfFamily(postgres.pid());
    }

    @Override
    public long transactions() {
        // A session that waits tells its counts after ten seconds at the latest.
        Fleet.pause(11_000);
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select sum(xact_commit + xact_rollback) from pg_stat_database")) {
            rows.next();
            var ended = rows.getLong(1);
            connection.commit();
            return ended;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // It is going away.
        }
        child.close();
    }
}
