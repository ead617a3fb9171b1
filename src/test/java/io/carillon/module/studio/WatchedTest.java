package io.carillon.module.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.catalogue.SocketEvents;
import io.carillon.channel.Event;
import io.carillon.conformance.TestNode;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.hub.Observer;
import io.carillon.module.Follower;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Status and meters: only while somebody watches, once for all nodes, and never a flood.
@Timeout(60)
class WatchedTest {
    private static final String CHANNEL = "status";
    private static final Object[] SETTINGS = {"carillon.studio.status", "200ms"};

    private static ModuleNode node;
    private static TestNode other;
    private static Person cora;
    private static Person mic;
    private static Told told;

    private static long windows;

    @BeforeAll
    static void start() {
        node = ModuleNode.start(SETTINGS);
        other = node.another(SETTINGS);
        cora = node.person("acme", "cora", "admin");
        mic = node.person("acme", "mic", "probe");
        Air.studio(cora, "tower");
        Air.patient(cora);
        Air.studio(node.person("globex", "dora", "admin"), "tower");
        told = new Told(new ConcurrentLinkedQueue<>());
        node.node().bean(Hub.class).observe(told);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /// What this node hears of ephemeral events, whoever listens.
    private record Told(Queue<Event> events) implements Observer {
        @Override
        public void published(Batch batch) {}

        @Override
        public void restarted(Batch first) {}

        @Override
        public void told(List<Event> heard) {
            heard.stream().filter(event -> event.channel().equals(CHANNEL)).forEach(events::add);
        }

        long count(String type) {
            return events.stream().filter(event -> event.type().equals(type)).count();
        }
    }

    private static void feed() {
        var at = windows * 0.1;
        var batch = Air.batch("tower", "r1", windows++, at, Air.level(-20 - windows % 5));
        mic.post("/api/studio/samples", batch).ok();
    }

    private static void awaitNobody() {
        for (var one : List.of(node.node(), other)) {
            TestNode.await(() -> one.bean(Hub.class).audience(CHANNEL).none());
            // What it had begun to tell before is told.
            TestNode.await(one.bean(StatusBeat.class)::resting);
        }
        // Two intervals later nobody believes that somebody watches.
        var watched =
                "select count(*) from carillon_app.studio_watch where watched_until >"
                        + " clock_timestamp()";
        while (!node.node().ask(watched).equals("0")) {
            LockSupport.parkNanos(5_000_000);
        }
        settle();
    }

    /// Returns when everything ephemeral that was written has been heard.
    private static void settle() {
        node.node().sql("select carillon.broadcast('initech', 'status', 'mark', '{}')");
        while (told.events().stream().noneMatch(event -> event.type().equals("mark"))) {
            LockSupport.parkNanos(1_000_000);
        }
        told.events().removeIf(event -> event.type().equals("mark"));
    }

    private static long asked() {
        return Stream.of(node.node(), other)
                .mapToLong(one -> one.bean(StatusBeat.class).asked())
                .sum();
    }

    @Test
    @Tag("B2")
    @Tag("B7")
    void nothingIsAskedOrToldWhileNobodyWatches() {
        awaitNobody();
        var asked = asked();
        told.events().clear();
        feed();
        try (var elsewhere = cora.follow("events", "session", "studio")) {
            for (var count = 0; count < 20; count++) {
                feed();
            }
            // Rounds of several intervals go by.
            var begin = System.nanoTime();
            while (System.nanoTime() - begin < 600_000_000L) {
                feed();
            }
            assertThat(elsewhere).isNotNull();
        }
        settle();
        assertThat(told.events()).isEmpty();
        assertThat(asked()).isEqualTo(asked);

        try (var watcher = cora.follow(CHANNEL)) {
            watcher.next("status.update");
            assertThat(asked()).isGreaterThan(asked);
        }
        awaitNobody();
        asked = asked();
        told.events().clear();
        feed();
        settle();
        assertThat(told.events()).isEmpty();
        assertThat(asked()).isEqualTo(asked);
    }

    @Test
    @Tag("B2")
    @Tag("B4")
    @Tag("C13")
    @Tag("A5")
    void oneNodeTellsForAllAndEveryTenantItsOwn() {
        awaitNobody();
        feed();
        cora.send("PUT", "/api/studios/tower/listeners", "{\"listeners\":7}").ok();
        told.events().clear();
        var begin = System.nanoTime();
        try (var here = cora.follow(CHANNEL);
                var there = new Person(other, "acme", "ana", "member").follow(CHANNEL);
                var foreign = new Person(other, "globex", "emil").follow(CHANNEL)) {
            for (var count = 0; count < 5; count++) {
                var status = status(here);
                assertThat(status.get("studio").asText()).isEqualTo("tower");
                assertThat(status.get("streaming").asBoolean()).isTrue();
                assertThat(status.get("listeners").asInt()).isEqualTo(7);
                assertThat(status.at("/session/title").asText()).isEqualTo("The tower");
                assertThat(status.at("/audioLevel/left").asDouble()).isLessThan(-19);
                assertThat(status(there).get("listeners").asInt()).isEqualTo(7);
                var theirs = status(foreign);
                assertThat(theirs.get("streaming").asBoolean()).isFalse();
                assertThat(theirs.get("session").isNull()).isTrue();
            }
            settle();
            var intervals = (System.nanoTime() - begin) / 200_000_000.0;
            var count = told.count("status.update");
            // Two tenants, one status each per interval, not one per node.
            assertThat(count).isBetween(8L, (long) (2 * intervals) + 4);
        }
    }

    private static com.fasterxml.jackson.databind.JsonNode status(Follower follower) {
        while (true) {
            var heard = follower.next();
            if (heard.type().equals("status.update")) {
                return heard.data();
            }
            assertThat(heard.type()).isEqualTo("audio.level");
        }
    }

    @Test
    @Tag("C12")
    @Tag("B3")
    @Tag("B6")
    void theMeterIsConflatedAndEndsWithTheLatest() {
        try (var watcher = new Person(other, "acme", "ana").follow(CHANNEL)) {
            // Since watched_until is written, each batch moves the meter.
            status(watcher);
            holdWatched();
            settle();
            told.events().clear();
            var begin = System.nanoTime();
            feed();
            while (!watcher.next().type().equals("audio.level")) {
                // A status.
            }
            var heard = 1;
            for (var count = 1; count < 150; count++) {
                feed();
            }
            var last = Air.START.plusMillis(windows * 100).toString();
            for (var at = ""; !at.equals(last); ) {
                var event = watcher.next();
                if (event.type().equals("audio.level")) {
                    heard++;
                    at = event.data().get("at").asText();
                }
            }
            var allowed = (System.nanoTime() - begin) / 100_000_000L + 3;
            // The watcher's node may be quicker than this one.
            settle();
            assertThat(told.count("audio.level")).isEqualTo(150);
            assertThat((long) heard).isBetween(2L, Math.min(allowed, 120));
        } finally {
            node.node().sql("delete from carillon_app.studio_watch");
        }
    }

    /// Whoever watches is believed to go on watching, though a node pauses for longer than two
    /// intervals: no node tells a status meanwhile.
    private static void holdWatched() {
        node.node()
                .sql(
                        "update carillon_app.studio_watch set slot = slot + 1000000, watched_until"
                                + " = watched_until + interval '1 hour'");
    }

    @Test
    @Tag("B4")
    @Tag("C5")
    void theNamesOfTheDocument() {
        var names = new HashSet<String>();
        var socket = node.node().bean(SocketEvents.class);
        told.events().clear();
        try (var watcher = cora.follow(CHANNEL)) {
            status(watcher);
            while (told.count("audio.level") == 0 || told.count("status.update") == 0) {
                feed();
                LockSupport.parkNanos(1_000_000);
            }
            told.events().forEach(event -> socket.of(event).forEach(it -> names.add(it.name())));
        }
        assertThat(names).containsExactlyInAnyOrder("status:update", "audio:level");
        var path = "/api/studios/tower/tracks";
        var event = cora.post(path, "{\"title\":\"Names\"}").ok();
        var durable =
                socket.of(
                        new Event(
                                1,
                                1,
                                "acme",
                                "events",
                                "event.new",
                                event.toString(),
                                null,
                                null,
                                null,
                                java.time.Instant.now()));
        assertThat(durable.getFirst().name()).isEqualTo("event:new");
        assertThat(durable.getFirst().args()).containsExactly(event.toString());
    }
}
