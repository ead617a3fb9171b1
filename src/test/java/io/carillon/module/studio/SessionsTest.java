package io.carillon.module.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Sessions start and stop exactly once, with many nodes, and when a probe falls silent.
@Timeout(60)
class SessionsTest {
    private static ModuleNode node;
    private static Person cora;
    private static Person mic;
    private static Person there;
    private static TestNode second;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        cora = node.person("acme", "cora", "admin");
        mic = node.person("acme", "mic", "probe");
        second = node.another();
        there = new Person(second, "acme", "cora", "admin", "probe");
        Air.studio(cora, "first");
        cora.send(
                        "PATCH",
                        "/api/studio/settings",
                        "{\"probe_timeout_ms\":500,\"silence_after_ms\":200}",
                        "If-Match",
                        "\"1\"")
                .ok();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    @Tag("B3")
    @Tag("C13")
    void aProbeThatFallsSilentEndsTheStreamOnceWithTwoNodes() {
        Air.studio(cora, "silent");
        try (var events = cora.follow("events");
                var session = there.follow("session")) {
            var quiet = Air.level(-90);
            mic.post(
                            "/api/studio/samples",
                            Air.batch("silent", "r1", 0, 0, Air.level(-20), quiet, quiet, quiet))
                    .ok();
            // Everything ends with the last sample, whenever it is noticed.
            assertThat(Air.hear(events, 4))
                    .containsExactly(
                            "session.started 0.0",
                            "silence began 0.3",
                            "silence ended 0.4",
                            "session.stopped 0.4");
            session.next("session.created");
            session.next("session.updated");
            cora.post("/api/studios/silent/tracks", "{\"title\":\"after\"}").ok();
            assertThat(events.next().data().get("type").asText()).isEqualTo("track.change");
            // It comes back: another session.
            mic.post("/api/studio/samples", Air.batch("silent", "r1", 4, 9, Air.level(-20))).ok();
            assertThat(Air.hear(events, 1)).containsExactly("session.started 9.0");
            assertThat(Air.hear(events, 1)).containsExactly("session.stopped 9.1");
        }
        assertThat(cora.get("/api/studios/silent/sessions").ok().get("items")).hasSize(2);
    }

    @Test
    @Tag("B3")
    @Tag("C13")
    void aSessionThatSomebodyStartedOutlivesItsStream() {
        Air.studio(cora, "manual");
        var id = cora.post("/api/studios/manual/sessions", "{\"title\":\"Show\"}").id();
        try (var events = cora.follow("events")) {
            mic.post("/api/studio/samples", Air.batch("manual", "r1", 0, 0, Air.level(-20))).ok();
            var end =
                    Air.batch("manual", "r1", 1, 0.1, Air.level(-20))
                            .replace("}]}", "}],\"end\":true}");
            mic.post("/api/studio/samples", end).ok();
            mic.post("/api/studio/samples", end).ok();
            var status = cora.get("/api/studios/manual/status").ok();
            assertThat(status.get("streaming").asBoolean()).isFalse();
            assertThat(status.at("/session/id").asText()).isEqualTo(id);
            cora.post("/api/studios/manual/sessions/" + id + "/stop", "").ok();
            assertThat(events.next().data().at("/details/session").asText()).isEqualTo(id);
        }
    }

    @Test
    @Tag("B3")
    @Tag("C13")
    void startAndStopHappenOnceHoweverManyPress() throws Exception {
        Air.studio(cora, "pressed");
        var path = "/api/studios/pressed/sessions";
        for (var round = 0; round < 5; round++) {
            var started = pressed(path, "{\"title\":\"Race\"}");
            assertThat(started).containsOnlyOnce(201).containsOnly(201, 409);
            var id = cora.get("/api/studios/pressed/status").ok().at("/session/id").asText();
            var stopped = pressed(path + "/" + id + "/stop", "");
            assertThat(stopped).containsOnlyOnce(200).containsOnly(200, 409);
        }
        assertThat(cora.get(path).ok().get("items")).hasSize(5);
        assertThat(cora.get("/api/studios/pressed/events").ok().get("items")).hasSize(10);
    }

    /// All fall silent at the same moment, in the middle of a silence, and both nodes' rounds and
    /// many threads beside them end what they find.
    @Test
    @Tag("B3")
    @Tag("C13")
    @Tag("A5")
    void manyStreamsEndOnceEachHoweverManyThreadsOnTwoNodesEndThem() throws Exception {
        var studios = 30;
        var dora = node.person("globex", "dora", "admin", "probe");
        Air.studio(dora, "s0");
        dora.send(
                        "PATCH",
                        "/api/studio/settings",
                        "{\"probe_timeout_ms\":600000,\"silence_after_ms\":100}",
                        "If-Match",
                        "\"1\"")
                .ok();
        for (var number = 1; number < studios; number++) {
            Air.studio(dora, "s" + number);
        }
        try (var here = dora.follow("events");
                var elsewhere = new Person(second, "globex", "emil").follow("events");
                var foreign = cora.follow("events")) {
            for (var number = 0; number < studios; number++) {
                var batch = Air.batch("s" + number, "r1", 0, 0, Air.level(-90), Air.level(-90));
                dora.post("/api/studio/samples", batch).ok();
            }
            endedByAll();
            var expected =
                    List.of(
                            "session.started 0.0",
                            "silence began 0.1",
                            "silence ended 0.2",
                            "session.stopped 0.2");
            for (var follower : List.of(here, elsewhere)) {
                var told = new TreeMap<String, List<String>>();
                for (var number = 0; number < studios * expected.size(); number++) {
                    var event = follower.next("event.new").data();
                    told.computeIfAbsent(event.get("studio").asText(), _ -> new ArrayList<>())
                            .add(Air.told(event));
                }
                assertThat(told).hasSize(studios);
                assertThat(told.values()).allSatisfy(it -> assertThat(it).isEqualTo(expected));
            }
            // And nothing after it: what is told next is what was done next.
            dora.post("/api/studios/s0/tracks", "{\"title\":\"after\"}").ok();
            assertThat(here.next().data().at("/details/title").asText()).isEqualTo("after");
            assertThat(elsewhere.next().data().at("/details/title").asText()).isEqualTo("after");
            cora.post("/api/studios/first/tracks", "{\"title\":\"ours\"}").ok();
            assertThat(foreign.next().data().at("/details/title").asText()).isEqualTo("ours");
        }
    }

    private static void endedByAll() throws Exception {
        var silent = new ArrayList<SilentStreams>();
        for (var count = 0; count < 8; count++) {
            silent.add(node.node().bean(SilentStreams.class));
            silent.add(second.bean(SilentStreams.class));
        }
        var ready = new CountDownLatch(silent.size());
        var go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ends = new ArrayList<Future<?>>();
            for (var one : silent) {
                ends.add(
                        threads.submit(() -> {
                            ready.countDown();
                            go.await();
                            for (var round = 0; round < 20; round++) {
                                var unused = one.run();
                            }
                            return null;
                        }));
            }
            ready.await();
            go.countDown();
            node.node()
                    .sql(
                            "update carillon_app.studio_state set heard_at = heard_at - interval '1"
                                    + " day' where tenant_id = 'globex'");
            for (var end : ends) {
                end.get();
            }
        }
    }

    private static ArrayList<Integer> pressed(String path, String body) throws Exception {
        var presses = new ArrayList<Callable<Integer>>();
        for (var count = 0; count < 8; count++) {
            var who = count % 2 == 0 ? cora : there;
            presses.add(() -> who.post(path, body).status());
        }
        var answers = new ArrayList<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(presses)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }
}
