package io.carillon.module.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/// Sessions start and stop exactly once, with many nodes, and when a probe falls silent.
@Timeout(60)
class SessionsTest {
    private static ModuleNode node;
    private static Person cora;
    private static Person mic;
    private static Person there;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        cora = node.person("acme", "cora", "admin");
        mic = node.person("acme", "mic", "probe");
        there = new Person(node.another(), "acme", "cora", "admin", "probe");
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
