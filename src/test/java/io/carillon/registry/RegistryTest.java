package io.carillon.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.database.PostgresFixture;
import io.carillon.database.PostgresFixture.FreshDatabase;
import io.carillon.identity.NodeId;
import io.carillon.identity.Principal;
import io.micronaut.context.exceptions.ConfigurationException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Leases and connections on a real Postgres, without the rest of a node.
@Timeout(60)
class RegistryTest {
    private final FreshDatabase fresh = PostgresFixture.freshDatabase();
    private final List<Living> living = new ArrayList<>();

    private static final RegistrySettings QUICK =
            new RegistrySettings(
                    Duration.ofSeconds(1),
                    Duration.ofMillis(100),
                    Duration.ofMillis(20),
                    500,
                    100_000);

    /// A node that has a registry and nothing else.
    private record Living(NodeId id, Nodes nodes, Registry registry, Roll roll) {}

    private Living live() throws SQLException {
        return live(new CountingDatabase(fresh), QUICK);
    }

    private Living live(CountingDatabase database, RegistrySettings settings) throws SQLException {
        var id = NodeId.random();
        run("insert into carillon.node (id) values ('" + id + "')");
        var nodes = new Nodes(id);
        var registry = new Registry(database.database, id, nodes, settings);
        var node = new Living(id, nodes, registry, new Roll(registry, settings));
        registry.start();
        living.add(node);
        await(() -> !nodes.live().isEmpty());
        return node;
    }

    @AfterEach
    void stop() {
        living.forEach(node -> node.registry.close());
        fresh.close();
    }

    private void run(String sql) throws SQLException {
        try (var connection = fresh.asSuperuser()) {
            run(connection, sql);
        }
    }

    private String one(String sql) {
        try (var connection = fresh.asSuperuser();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    private static void await(BooleanSupplier holds) {
        var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 30 s").isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static Principal user(String name) {
        return new Principal(
                "acme", name, name, Set.of(), null, null, Instant.now().plusSeconds(600));
    }

    private boolean rows(int count) {
        return one("select count(*) from carillon.connection").equals("" + count);
    }

    @Test
    @Tag("A6")
    void aStormOfFiveThousandConnectionsCostsTensOfStatements() throws Exception {
        var counting = new CountingDatabase(fresh);
        var calm =
                new RegistrySettings(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(100),
                        500,
                        100_000);
        var node = live(counting, calm);
        var before = counting.statements.get();
        for (var number = 0; number < 5_000; number++) {
            node.roll.opened("c" + number, user("u" + number % 700), "websocket");
        }
        await(() -> rows(5_000));
        for (var number = 0; number < 5_000; number++) {
            node.roll.closed("c" + number);
        }
        await(() -> rows(0));
        assertThat(counting.statements.get() - before).isBetween(20L, 60L);
    }

    @Test
    void whoComesAndGoesBetweenTwoWritesCostsNothing() throws Exception {
        var node = live();
        node.roll.opened("first", user("ana"), "sse");
        await(() -> rows(1));
        var before = node.roll.statements();
        for (var number = 0; number < 100; number++) {
            node.roll.opened("brief", user("ana"), "sse");
            node.roll.closed("brief");
        }
        node.roll.stated("first", "busy");
        await(() -> one("select state from carillon.connection").equals("busy"));
        assertThat(rows(1)).isTrue();
        assertThat(node.roll.statements() - before).isLessThan(10);
    }

    @Test
    @Tag("A6")
    void ofSeveralNodesExactlyOneReapsEachOfTheDead() throws Exception {
        run(
                "insert into carillon.node (id) select 'dead' || n from generate_series(1, 40) n;"
                        + " insert into carillon.connection select 'dead' || n, 'c' || m, 'acme',"
                        + " 'u', 'u', 'sse', 'online', now() from generate_series(1, 40) n,"
                        + " generate_series(1, 50) m");
        for (var number = 0; number < 5; number++) {
            live();
        }
        await(() -> one("select count(*) from carillon.node").equals("5"));
        assertThat(rows(0)).isTrue();
        await(() -> reaped() >= 40);
        // Some heartbeats more: nobody reaps the same again, or one of the living.
        var beaten = one("select max(heartbeat_at)::text from carillon.node");
        await(() ->
                one("select count(*) from carillon.node where heartbeat_at >"
                                + " timestamptz '"
                                + beaten
                                + "' + interval '1500 ms'")
                        .equals("5"));
        assertThat(reaped()).isEqualTo(40);
        assertThat(living.getFirst().nodes.live()).hasSize(5);
        assertThat(living.getFirst().nodes.others()).hasSize(4);
    }

    @Test
    void aClockThatJumpsKillsNobody() throws Exception {
        var watcher = live();
        while (!survivesJumps(watcher)) {}
        await(() -> one("select count(*) from carillon.node where id = 'skewed'").equals("0"));
        await(() -> watcher.registry.reaped() > 0);
    }

    /// What the database calls the time does not matter as long as it changes: for three seconds.
    ///
    /// @return false where that says nothing, for it stood still for the length of the lease
    private boolean survivesJumps(Living watcher) throws SQLException {
        var before = watcher.registry.reaped();
        var began = System.nanoTime();
        var last = began;
        var longest = 0L;
        run("insert into carillon.node (id) values ('skewed') on conflict do nothing");
        for (var hours = 0; last - began < Duration.ofSeconds(3).toNanos(); hours++) {
            var next = System.nanoTime();
            run(
                    "update carillon.node set heartbeat_at = now() - interval '"
                            + hours % 7
                            + " hours' where id = 'skewed'");
            longest = Math.max(longest, System.nanoTime() - last);
            last = next;
            LockSupport.parkNanos(50_000_000);
        }
        var killed = watcher.registry.reaped() - before;
        longest = Math.max(longest, System.nanoTime() - last);
        if (longest < QUICK.lease().toNanos()) {
            assertThat(killed).isZero();
            return true;
        }
        return false;
    }

    @Test
    @Tag("A6")
    void anOutageLongerThanTheLeaseKillsNobodyWhoLives() throws Exception {
        for (var number = 0; number < 3; number++) {
            live();
        }
        var registered =
                "select string_agg(registration::text, ' ' order by id) from carillon.node";
        var before = one(registered);
        try (var inside = fresh.asSuperuser()) {
            allow(inside, false);
            run(inside, "insert into carillon.node (id) values ('dead')");
            run(
                    inside,
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname ="
                            + " current_database() and pid <> pg_backend_pid()");
            var end = System.nanoTime() + QUICK.lease().multipliedBy(3).toNanos();
            await(() -> System.nanoTime() - end > 0);
            allow(inside, true);
        }
        var over = System.nanoTime();
        await(() -> reaped() > 0);
        assertThat(reaped()).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - over)).isLessThan(Duration.ofSeconds(5));
        assertThat(one(registered)).isEqualTo(before);
    }

    private long reaped() {
        return living.stream().mapToLong(it -> it.registry.reaped()).sum();
    }

    private static void allow(Connection inside, boolean connections) throws SQLException {
        run(
                inside,
                "update pg_database set datallowconn = %b where datname = current_database()"
                        .formatted(connections));
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void whoeverWasReapedRegistersEverythingAgain() throws Exception {
        var node = live();
        for (var number = 0; number < 700; number++) {
            node.roll.opened("c" + number, user("u"), "websocket");
        }
        await(() -> rows(700));
        // The row and all that hangs on it go; the tail inserts a new one.
        run("delete from carillon.node");
        assertThat(rows(0)).isTrue();
        node.roll.opened("late", user("u"), "websocket");
        run("insert into carillon.node (id) values ('" + node.id + "')");
        await(() -> rows(701));
        assertThat(node.registry.losses()).isZero();
    }

    @Test
    void theLossOfTheUnloggedTablesIsNoticedEvenWhenTheNodesRowIsThere() throws Exception {
        var node = live();
        var lost = new CountDownLatch(1);
        node.registry.whenLost(lost::countDown);
        node.roll.opened("c", user("u"), "websocket");
        await(() -> rows(1));
        run(
                "begin; delete from carillon.node; delete from carillon.registry_life;"
                        + " insert into carillon.node (id) values ('"
                        + node.id
                        + "'); commit");
        lost.await();
        await(() -> rows(1));
        assertThat(node.registry.losses()).isEqualTo(1);
        assertThat(one("select count(*) from carillon.registry_life")).isEqualTo("1");
    }

    @Test
    void moreChangesThanMayWaitAreForgottenAndEverythingIsWritten() throws Exception {
        var narrow =
                new RegistrySettings(
                        Duration.ofSeconds(1),
                        Duration.ofMillis(100),
                        Duration.ofMillis(20),
                        500,
                        1_000);
        var node = live(new CountingDatabase(fresh), narrow);
        node.roll.opened("old", user("u"), "websocket");
        await(() -> rows(1));
        try (var busy = fresh.asSuperuser()) {
            busy.setAutoCommit(false);
            busy.createStatement().execute("lock table carillon.connection");
            for (var number = 0; number < 3_000; number++) {
                node.roll.opened("c" + number, user("u"), "websocket");
            }
            node.roll.closed("old");
            busy.rollback();
        }
        await(() -> rows(3_000));
        assertThat(one("select count(*) from carillon.connection where id = 'old'")).isEqualTo("0");
    }

    @Test
    void lostConnectionsLoseNothing() throws Exception {
        var node = live();
        for (var round = 0; round < 5; round++) {
            node.roll.opened("a" + round, user("u"), "websocket");
            run(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname ="
                            + " current_database() and pid <> pg_backend_pid()");
            node.roll.opened("b" + round, user("u"), "websocket");
            node.roll.closed("a" + round);
        }
        // Five rows alone may still be those of a moment before.
        await(() ->
                one("select string_agg(id, '' order by id) from carillon.connection")
                        .equals("b0b1b2b3b4"));
    }

    @Test
    void nodesKnowEachOthersAddressAndWhoDrains() throws Exception {
        var first = live();
        var second = live();
        second.registry.address("10.0.0.2:8080");
        await(() ->
                first.nodes.others().stream()
                        .anyMatch(it -> "10.0.0.2:8080".equals(it.address()) && !it.draining()));
        var heard = new CountDownLatch(1);
        first.nodes.whenChanged(nodes -> {
            if (nodes.stream().anyMatch(LiveNode::draining)) {
                heard.countDown();
            }
        });
        second.nodes.markDraining();
        heard.await();
        assertThat(first.nodes.others().getFirst().id()).isEqualTo(second.id);
        assertThat(second.nodes.draining()).isTrue();
    }

    @Test
    void anAddressIsWrittenAsInAUrl() {
        assertThat(OwnAddress.address("10.0.0.1", 80)).isEqualTo("10.0.0.1:80");
        assertThat(OwnAddress.address("fd00::1", 80)).isEqualTo("[fd00::1]:80");
    }

    @Test
    void aHeartbeatThatIsTooSlowForTheLeaseIsRefused() {
        assertThatThrownBy(() ->
                        new RegistrySettings(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(1),
                                Duration.ZERO,
                                500,
                                1_000))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("carillon.registry.heartbeat");
    }
}
