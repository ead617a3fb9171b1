package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.database.PostgresFixture;
import io.carillon.hub.Hub;
import io.carillon.log.Broadcasts;
import io.carillon.log.Ephemerals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ephemeral events on two nodes: they reach everybody, and they stay out of the way.
@Timeout(120)
@Isolated("measures latencies")
class EphemeralTest {
    /// Whether a node waits with ephemeral events for what the test has locked.
    private static final String WAITING =
            "select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
                    + " and query like '%carillon.broadcast(%' and datname = current_database())";

    private static PostgresFixture.FreshDatabase database;
    private static TestNode one;
    private static TestNode two;

    @BeforeAll
    static void start() {
        database = PostgresFixture.freshDatabase();
        one = TestNode.start(database, "carillon.tail.ephemeral-rate", 2_000);
        two = one.beside("carillon.tail.ephemeral-rate", 2_000);
        one.open("typing", "levels", "meter", "flood", "orders");
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
    }

    private static RawWebSocket follow(TestNode node, String user, String... channels) {
        var client = RawWebSocket.connected(node, TestNode.token("acme", user, "writer"));
        for (var channel : channels) {
            assertThat(client.subscribe(channel)).containsEntry("ok", true);
        }
        return client;
    }

    private static List<?> events(java.util.Map<String, Object> push) {
        return (List<?>) push.get("events");
    }

    @Test
    @Tag("C7")
    @Tag("E5")
    void whatOneTypesIsSeenOnEveryNodeWithTheTypistsName() {
        try (var ana = follow(one, "ana", "typing");
                var bob = follow(two, "bob", "typing")) {
            ana.ask(
                    "\"command\":\"publish\",\"channel\":\"typing\",\"type\":\"typing.start\","
                            + "\"data\":{\"chatId\":7}");
            var push = bob.next();
            assertThat(push).containsEntry("push", "ephemeral");
            assertThat(events(push).toString()).contains("typing.start", "actor=ana", "chatId=7");
        }
    }

    @Test
    void ofATransactionWithMoreThanTheBudgetTheNewestAreToldAndTheRestIsCounted() {
        try (var bob = follow(two, "bob", "levels")) {
            var before = two.bean(Hub.class).ephemeralDropped();
            one.sql(
                    "select carillon.broadcast('acme', 'levels', 'level', to_jsonb(n))"
                            + " from generate_series(1, 20000) n");
            var heard = new ArrayList<Object>();
            while (!heard.contains(20_000L)) {
                heard.addAll(Transport.Follower.data(bob.next()));
            }
            // A tenth of a second's worth at once, in order.
            assertThat(heard.size()).isBetween(50, 400);
            assertThat(heard)
                    .isEqualTo(
                            java.util.stream.LongStream.rangeClosed(20_001 - heard.size(), 20_000)
                                    .boxed()
                                    .toList());
            assertThat(two.bean(Hub.class).ephemeralDropped() - before)
                    .isGreaterThanOrEqualTo(20_000 - heard.size());
        }
    }

    @Test
    @Tag("C12")
    void aTenantOverItsRateIsCutAndOfWhatGathersOnlyTheLastIsWritten() throws Exception {
        var ephemerals = one.bean(Ephemerals.class);
        var broadcasts = one.bean(Broadcasts.class);
        var before = broadcasts.dropped();
        try (var bob = follow(two, "eve", "meter");
                var blocker = database.asSuperuser()) {
            blocker.setAutoCommit(false);
            try (var lock = blocker.createStatement()) {
                lock.execute("lock table carillon.broadcast_event in exclusive mode");
            }
            ephemerals.publish("globex", "meter", "level", "0", "ana");
            while (one.ask(WAITING).equals("f")) {
                Thread.onSpinWait();
            }
            for (var number = 1; number <= 5_000; number++) {
                ephemerals.publish("globex", "meter", "level", "" + number, "ana");
            }
            ephemerals.publish("acme", "meter", "level", "1", "ana");
            blocker.rollback();
            assertThat(bob.next()).containsEntry("push", "ephemeral");
        }
        assertThat(broadcasts.dropped() - before).isEqualTo(3_000);
        assertThat(broadcasts.coalesced()).isPositive();
    }

    /// How many ephemeral events come between the commit of a durable one and its arrival: bounded
    /// by the budget, whatever the flood. And how long durable ones take beside a calm time, with
    /// room for a machine that is busy with the flood itself.
    @Test
    void aFloodDoesNotDelayDurableEventsBeyondABound() throws Exception {
        try (var bob = follow(two, "bob", "flood", "orders")) {
            var calm = durable(bob, 20);
            var flooding = new AtomicBoolean(true);
            var floods = new ArrayList<Thread>();
            for (var number = 0; number < 2; number++) {
                floods.add(Thread.ofVirtual().start(() -> flood(flooding)));
            }
            while (two.bean(Hub.class).ephemeralDropped() < 20_000) {
                bob.next();
            }
            var busy = durable(bob, 20);
            flooding.set(false);
            for (var flood : floods) {
                flood.join();
            }
            System.out.printf(
                    "durable events, commit to client: calm %.1f ms, in the flood %.1f ms (median);"
                            + " most ephemeral events in between: %d%n",
                    calm.medianMillis(), busy.medianMillis(), busy.between());
            assertThat(busy.between()).isLessThan(1_000);
            assertThat(busy.medianMillis()).isLessThan(30 * Math.max(calm.medianMillis(), 5));
        }
    }

    private record Measured(double medianMillis, int between) {}

    private static void flood(AtomicBoolean on) {
        while (on.get()) {
            one.sql(
                    "select carillon.broadcast('acme', 'flood', 'level', to_jsonb(n))"
                            + " from generate_series(1, 500) n");
        }
    }

    private static Measured durable(RawWebSocket client, int count) {
        var times = new ArrayList<Long>();
        var most = 0;
        for (var number = 0; number < count; number++) {
            one.emit("acme", "orders", "order.paid", "" + number);
            var committed = System.nanoTime();
            var between = 0;
            var push = client.next();
            while (!"events".equals(push.get("push"))) {
                between += events(push).size();
                push = client.next();
            }
            times.add(System.nanoTime() - committed);
            most = Math.max(most, between);
        }
        Collections.sort(times);
        return new Measured(times.get(count / 2) / 1e6, most);
    }
}
