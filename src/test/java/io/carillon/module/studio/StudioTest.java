package io.carillon.module.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Studios, sessions, tracks, listeners and settings by REST, and what is told of them.
class StudioTest {
    private static ModuleNode node;
    private static Person cora;
    private static Person ana;
    private static Person dora;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        cora = node.person("acme", "cora", "admin");
        ana = node.person("acme", "ana", "member");
        dora = node.person("globex", "dora", "admin");
        made(cora, "tower");
        made(dora, "tower");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static void made(Person who, String id) {
        who.post("/api/studios", "{\"id\":\"%s\",\"name\":\"The %s\"}".formatted(id, id)).ok();
    }

    @Test
    @Tag("B1")
    @Tag("A5")
    void studiosAreToldToTheTenantAndNobodyElse() {
        try (var one = ana.follow("studio");
                var two = cora.follow("studio");
                var foreign = dora.follow("studio")) {
            var made = cora.post("/api/studios", "{\"id\":\"cellar\",\"name\":\"The cellar\"}");
            assertThat(made.header("Location")).isEqualTo("/api/studios/cellar");
            var path = "/api/studios/cellar";
            var named = cora.send("PATCH", path, "{\"name\":\"Cellar\"}", "If-Match", "\"1\"").ok();
            assertThat(cora.send("DELETE", path, "").status()).isEqualTo(204);
            made(dora, "theirs");
            for (var client : List.of(one, two)) {
                assertThat(client.next("studio.created").data().get("row")).isEqualTo(made.body());
                assertThat(client.next("studio.updated").data().get("row")).isEqualTo(named);
                client.next("studio.deleted");
            }
            assertThat(foreign.next().data().get("row").get("id").asText()).isEqualTo("theirs");
        }
        ana.post("/api/studios", "{\"id\":\"x\",\"name\":\"x\"}").problem(403, "studio_role");
        cora.post("/api/studios", "{\"id\":\"tower\",\"name\":\"x\"}")
                .problem(409, "studio_exists");
        cora.get("/api/studios/theirs").problem(404, "studio_missing");
    }

    @Test
    @Tag("B1")
    @Tag("B3")
    @Tag("A5")
    void aSessionStartsAndStops() {
        made(cora, "choir");
        var path = "/api/studios/choir/sessions";
        try (var one = ana.follow("session");
                var events = cora.follow("events");
                var foreign = dora.follow("session", "events")) {
            var started = cora.post(path, "{\"title\":\"Morning bells\"}");
            cora.post(path, "{\"title\":\"Again\"}").problem(409, "session_active");
            ana.post(path, "{\"title\":\"Mine\"}").problem(403, "studio_role");
            var id = started.id();
            assertThat(started.header("Location")).isEqualTo(path + "/" + id);
            assertThat(ana.get("/api/studios/choir/status").ok().at("/session/id").asText())
                    .isEqualTo(id);
            var named =
                    cora.send(
                                    "PATCH",
                                    path + "/" + id,
                                    "{\"title\":\"Matins\"}",
                                    "If-Match",
                                    "\"1\"")
                            .ok();
            var stopped = cora.post(path + "/" + id + "/stop", "").ok();
            cora.post(path + "/" + id + "/stop", "").problem(409, "session_stopped");
            var theirs = dora.post("/api/studios/tower/sessions", "{\"title\":\"Theirs\"}").id();

            assertThat(one.next("session.created").data().get("row")).isEqualTo(started.body());
            assertThat(one.next("session.updated").data().get("row")).isEqualTo(named);
            assertThat(one.next("session.updated").data().get("row")).isEqualTo(stopped);
            var began = events.next("event.new").data();
            assertThat(began.get("type").asText()).isEqualTo("session.started");
            assertThat(began.get("at")).isEqualTo(started.body().get("started_at"));
            assertThat(began.at("/details/title").asText()).isEqualTo("Morning bells");
            var ended = events.next("event.new").data();
            assertThat(ended.get("type").asText()).isEqualTo("session.stopped");
            assertThat(ended.get("at")).isEqualTo(stopped.get("stopped_at"));
            assertThat(foreign.hear(2).toString()).contains(theirs).doesNotContain("choir");
            var kept = ana.get("/api/studios/choir/events").ok().get("items");
            assertThat(kept.get(0)).isEqualTo(ended);
            assertThat(kept.get(1)).isEqualTo(began);
        }
    }

    @Test
    @Tag("B3")
    @Tag("B2")
    void tracksAndListenersAreReportedByAService() {
        made(cora, "hall");
        var service = node.person("acme", "robot", "service");
        var track = "{\"title\":\"Westminster quarters\",\"artist\":\"The tower\"}";
        var key = List.of("Idempotency-Key", "track-1").toArray(String[]::new);
        try (var events = ana.follow("events")) {
            var told = service.post("/api/studios/hall/tracks", track, key).ok();
            assertThat(service.post("/api/studios/hall/tracks", track, key).ok()).isEqualTo(told);
            var heard = events.next("event.new").data();
            assertThat(heard).isEqualTo(told);
            assertThat(heard.get("type").asText()).isEqualTo("track.change");
        }
        var path = "/api/studios/hall/listeners";
        service.send("PUT", path, "{\"listeners\":12}").ok();
        ana.send("PUT", path, "{\"listeners\":13}").problem(403, "studio_role");
        service.send("PUT", path, "{\"listeners\":-1}").problem(400, "invalid");
        var status = ana.get("/api/studios/hall/status").ok();
        assertThat(status.get("listeners").asInt()).isEqualTo(12);
        assertThat(status.at("/track/title").asText()).isEqualTo("Westminster quarters");
        assertThat(status.get("streaming").asBoolean()).isFalse();
        assertThat(ana.get("/api/studio/status").ok().get("items")).contains(status);
    }

    @Test
    @Tag("B3")
    void whatCountsIsEachTenantsOwnAndSafeFromTwoEditors() {
        var path = "/api/studio/settings";
        var before = dora.get(path);
        var tag = before.header("ETag");
        try (var two = node.person("globex", "emil").follow("studio");
                var foreign = ana.follow("studio")) {
            var edited =
                    dora.send("PATCH", path, "{\"silence_below\":-40.5}", "If-Match", tag).ok();
            assertThat(edited.get("silence_below").asDouble()).isEqualTo(-40.5);
            assertThat(edited.get("clip_samples")).isEqualTo(before.body().get("clip_samples"));
            dora.send("PATCH", path, "{\"silence_below\":-30}", "If-Match", tag)
                    .problem(412, "version_conflict");
            dora.send("PATCH", path, "{\"silence_below\":-30}").problem(428, "version_missing");
            dora.send("PATCH", path, "{\"silence_below\":3}", "If-Match", tag)
                    .problem(400, "invalid");
            var row = two.next("studio_setting.updated").data().get("row");
            assertThat(row.get("updated_at")).isEqualTo(edited.get("updated_at"));
            assertThat(row.get("silence_below").asDouble()).isEqualTo(-40.5);
            made(cora, "attic");
            assertThat(foreign.next("studio.created").data().at("/row/id").asText())
                    .isEqualTo("attic");
        }
        assertThat(ana.get(path).ok().get("silence_below").asDouble()).isEqualTo(-50);
        ana.send("PATCH", path, "{\"clip_samples\":9}", "If-Match", "\"1\"")
                .problem(403, "studio_role");
        node.person("initech", "peter").get(path).problem(404, "studio_setting_missing");
    }

    @Test
    void listsComeInPages() {
        for (var number = 0; number < 3; number++) {
            made(dora, "p" + number);
        }
        var first = dora.get("/api/studios?limit=2").ok();
        assertThat(first.get("items")).hasSize(2);
        var next = dora.get("/api/studios?limit=50&after=" + first.get("next").asText()).ok();
        assertThat(next.get("items").findValuesAsText("id")).contains("p2").doesNotContain("p0");
        assertThat(next.get("next").isNull()).isTrue();
    }
}
