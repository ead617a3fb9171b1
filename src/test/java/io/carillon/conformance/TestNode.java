package io.carillon.conformance;

import io.carillon.auth.ChannelRules;
import io.carillon.auth.TestTokens;
import io.carillon.channel.Cursor;
import io.carillon.channel.Position;
import io.carillon.connection.OpenConnections;
import io.carillon.database.PostgresFixture;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.hub.Lane;
import io.carillon.hub.Observer;
import io.carillon.identity.NodeId;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// The whole product in the test's JVM, on a database of its own.
public final class TestNode implements AutoCloseable {
    private final PostgresFixture.FreshDatabase database;

    /// Null once it is closed: what a test's class keeps of a node would keep all of it.
    private @Nullable EmbeddedServer server;

    private final Runnable afterwards;
    private final Seen seen;

    /// Connections that wait for the next statement: making one takes longer than most statements.
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    private TestNode(
            PostgresFixture.FreshDatabase database, EmbeddedServer server, Runnable afterwards) {
        this.database = database;
        this.server = server;
        this.afterwards = afterwards;
        this.seen = new Seen(hub());
    }

    /// How far everybody who observes the hub has been told: the last of its observers, for they
    /// are told one after the other, after the ring.
    private static final class Seen implements Observer {
        private final AtomicReference<@Nullable Position> to = new AtomicReference<>();

        Seen(Hub hub) {
            hub.observe(this);
            to.compareAndSet(null, hub.ring().head());
        }

        boolean covers(Position position) {
            return Objects.requireNonNull(to.get()).covers(position);
        }

        @Override
        public void published(Batch batch) {
            to.set(batch.to());
        }

        @Override
        public void restarted(Batch first) {
            to.set(first.to());
        }
    }

    /// @return another node on the database of this one; closed before it
    public TestNode beside(Object... settings) {
        return start(database, () -> {}, settings);
    }

    /// @param settings names and values in turn, on top of what every test has
    public static TestNode start(Object... settings) {
        return start(PostgresFixture.freshDatabase(), settings);
    }

    /// @param database closed with the node
    public static TestNode start(PostgresFixture.FreshDatabase database, Object... settings) {
        return start(database, database::close, settings);
    }

    private static TestNode start(
            PostgresFixture.FreshDatabase database, Runnable afterwards, Object... settings) {
        var all = new HashMap<String, Object>();
        all.put("carillon.database.url", database.url());
        all.put("carillon.database.user", database.superuser().user());
        all.put("carillon.database.password", database.superuser().password());
        all.put("carillon.database.pool-size", 4);
        all.put("carillon.auth.secret", TestTokens.SECRET);
        all.put("carillon.auth.origins", "https://app.example.com");
        all.put("micronaut.server.port", -1);
        // Tests write faster than people.
        all.put("carillon.module.writes-at-once", 100_000);
        for (var index = 0; index < settings.length; index += 2) {
            all.put((String) settings[index], settings[index + 1]);
        }
        var context = ApplicationContext.builder().properties(all).build().start();
        return new TestNode(database, context.getBean(EmbeddedServer.class).start(), afterwards);
    }

    public int port() {
        return server().getPort();
    }

    public Hub hub() {
        return server().getApplicationContext().getBean(Hub.class);
    }

    public OpenConnections connections() {
        return server().getApplicationContext().getBean(OpenConnections.class);
    }

    public <T> T bean(Class<T> type) {
        return server().getApplicationContext().getBean(type);
    }

    /// Returns when so many connections are open.
    public void awaitConnections(int count) {
        await(() -> connections().count() == count);
    }

    /// Returns when somebody follows a channel of this node.
    public void awaitFollower() {
        await(() -> hub().lanes().stream().anyMatch(TestNode::followed));
    }

    private static boolean followed(Lane lane) {
        return !on(lane, () -> lane.channels().isEmpty());
    }

    private static <T> T on(Lane lane, Callable<T> question) {
        return lane.loop().submit(question).syncUninterruptibly().getNow();
    }

    /// Returns when it is so; whoever waits in vain is stopped by its test's timeout.
    public static void await(BooleanSupplier so) {
        while (!so.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new IllegalStateException("not in time");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    public boolean has(Class<?> type) {
        return server().getApplicationContext().containsBean(type);
    }

    /// Stops the thread that says that this node lives, as if the process were gone: nothing is
    /// cleaned up.
    public void stopHeart() {
        var name = "carillon-registry-" + bean(NodeId.class).value();
        for (var thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(name)) {
                thread.interrupt();
            }
        }
    }

    /// @return the first column of the first row, as somebody who may do everything
    public String ask(String sql) {
        return asSuperuser(
                sql,
                statement -> {
                    try (var rows = statement.executeQuery(sql)) {
                        rows.next();
                        return rows.getString(1);
                    }
                });
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

    /// Shows who is there in channels that are open; returns when this node knows.
    public void showPresence(String... patterns) {
        for (var pattern : patterns) {
            sql("select carillon.show_presence('" + pattern + "')");
        }
        awaitPresence(patterns[patterns.length - 1]);
    }

    /// Returns when this node knows that a rule shows presence.
    public void awaitPresence(String channel) {
        var rules = bean(ChannelRules.class);
        await(() -> {
            rules.refresh();
            return Boolean.TRUE.equals(rules.presence(channel));
        });
    }

    public void emit(String tenant, String channel, String type, String data) {
        sql("select carillon.emit('%s', '%s', '%s', '%s')".formatted(tenant, channel, type, data));
    }

    /// @return the cursor of now, as a back end would hand it to its page
    public String cursor() {
        return ask("select carillon.cursor()");
    }

    /// Returns when the node has seen everything that is committed, its observers have been told of
    /// it, and no lane has it before it.
    public void awaitSeen() {
        var now = Objects.requireNonNull(Cursor.parse(cursor())).place().to();
        await(() -> seen.covers(now));
        for (var lane : hub().lanes()) {
            await(() -> on(lane, lane::position).covers(now));
        }
    }

    /// Returns when a statement waits for a lock of another one.
    public void awaitBlocked() {
        await(() ->
                !ask("select count(*) from pg_stat_activity where datname ="
                                + " current_database() and cardinality(pg_blocking_pids(pid)) > 0")
                        .equals("0"));
    }

    /// Settings of the session may meet the next statement, so none belongs here.
    public void sql(String sql) {
        asSuperuser(sql, statement -> statement.execute(sql));
    }

    private interface Work<T> {
        T in(Statement statement) throws SQLException;
    }

    private <T> T asSuperuser(String sql, Work<T> work) {
        try {
            var connection = connection();
            T result;
            try (var statement = connection.createStatement()) {
                result = work.in(statement);
            } catch (SQLException | RuntimeException failed) {
                connection.close();
                throw failed;
            }
            idle.push(connection);
            return result;
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    private Connection connection() throws SQLException {
        for (var one = idle.poll(); one != null; one = idle.poll()) {
            if (one.isValid(10)) {
                return one;
            }
            one.close();
        }
        return database.asSuperuser();
    }

    private void closeIdle() {
        for (var one = idle.poll(); one != null; one = idle.poll()) {
            try {
                one.close();
            } catch (SQLException gone) {
                // With its Postgres.
            }
        }
    }

    /// Ends the node and leaves its database, for another one to start on.
    public void stop() {
        server().getApplicationContext().close();
        closeIdle();
    }

    @Override
    public void close() {
        var open = server;
        server = null;
        if (open != null) {
            open.getApplicationContext().close();
            closeIdle();
            afterwards.run();
        }
    }

    private EmbeddedServer server() {
        return Objects.requireNonNull(server, "closed");
    }
}
