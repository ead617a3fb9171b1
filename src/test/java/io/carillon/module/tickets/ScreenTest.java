package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.carillon.conformance.Quickest;
import io.carillon.conformance.TestNode;
import io.carillon.module.Follower;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Totems and displays: pairing, device keys, public screens, what they may do by REST.
@Timeout(60)
class ScreenTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static ModuleNode node;
    private static TestNode other;
    private static Person admin;
    private static Person stranger;
    private static String service;

    @BeforeAll
    static void start() {
        node =
                ModuleNode.start(
                        "carillon.tickets.takes-per-minute",
                        3,
                        "carillon.tickets.pairings-open",
                        3,
                        "carillon.tickets.pairings-per-minute",
                        40,
                        "carillon.tickets.tidy",
                        "50ms");
        other = node.another("carillon.tickets.takes-per-minute", 3);
        admin = node.person("acme", "cora", "admin");
        stranger = node.person("globex", "dora", "admin");
        service = admin.post("/api/queue/services", "{\"name\":\"Repairs\",\"prefix\":\"A\"}").id();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /// Without a token.
    private static HttpResponse<String> send(
            TestNode to, String method, String path, String body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + to.port() + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static JsonNode begin(String tenant, String kind) {
        var begun =
                send(
                        node.node(),
                        "POST",
                        "/api/queue/pairings",
                        "{\"tenant\":\"%s\",\"kind\":\"%s\",\"name\":\"At the door\"}"
                                .formatted(tenant, kind));
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
        return json(begun);
    }

    private static HttpResponse<String> claim(String tenant, JsonNode begun) {
        return send(
                other,
                "POST",
                "/api/queue/pairings/claim",
                "{\"tenant\":\"%s\",\"secret\":\"%s\"}"
                        .formatted(tenant, begun.get("secret").asText()));
    }

    private record Paired(String id, String key) {}

    private static Paired pair(String kind) {
        var begun = begin("acme", kind);
        var approved =
                admin.post(
                        "/api/queue/screens",
                        "{\"code\":\"%s\"}".formatted(begun.get("code").asText()));
        var key = json(claim("acme", begun)).get("device_key").asText();
        return new Paired(approved.id(), key);
    }

    @Test
    @Tag("D1")
    void aScreenIsPairedByACodeThatAnAdministratorApproves() {
        var begun = begin("acme", "totem");
        var code = begun.get("code").asText();
        assertThat(code).matches("[A-HJ-NP-Z2-9]{6}");
        assertThat(begun.get("url").asText()).contains(code);
        assertThat(json(claim("acme", begun)).get("status").asText()).isEqualTo("waiting");
        assertThat(admin.get("/api/queue/pairings/" + code).ok().get("kind").asText())
                .isEqualTo("totem");
        stranger.get("/api/queue/pairings/" + code).problem(404, "pairing_missing");
        stranger.post("/api/queue/screens", "{\"code\":\"%s\"}".formatted(code))
                .problem(404, "pairing_missing");
        node.person("acme", "ana", "clerk")
                .post("/api/queue/screens", "{\"code\":\"%s\"}".formatted(code))
                .problem(403, "queue_administrator");
        var typed =
                code.substring(0, 3).toLowerCase(java.util.Locale.ROOT) + " " + code.substring(3);
        var approved =
                admin.post(
                                "/api/queue/screens",
                                "{\"code\":\"%s\",\"name\":\"Hall\"}".formatted(typed))
                        .ok();
        assertThat(approved.get("status").asText()).isEqualTo("waiting");
        admin.post("/api/queue/screens", "{\"code\":\"%s\"}".formatted(code))
                .problem(404, "pairing_missing");
        assertThat(claim("globex", begun).statusCode()).isEqualTo(404);
        var first = json(claim("acme", begun)).get("device_key").asText();
        var second = json(claim("acme", begun)).get("device_key").asText();
        assertThat(second).isNotEqualTo(first);
        assertThat(queue(first).statusCode()).isEqualTo(401);
        assertThat(queue(second).statusCode()).isEqualTo(200);
        try (var totem =
                Booth.at(other, "/ws/acme/totem?auth=message")
                        .say("{\"type\":\"auth\",\"device_key\":\"" + second + "\"}")) {
            assertThat(totem.next("connected").get("user").asText())
                    .isEqualTo("screen:" + approved.get("id").asText());
            totem.next("queue_update");
        }
        assertThat(admin.get("/api/queue/screens").ok().toString())
                .contains("\"Hall\"")
                .contains("\"paired\"")
                .doesNotContain(second);
        assertThat(
                        node.node()
                                .ask(
                                        "select string_agg(s::text, '') from"
                                                + " carillon_app.queue_screen s"))
                .doesNotContain(second.substring(second.indexOf('.') + 1));
    }

    private static HttpResponse<String> queue(String key, String... more) {
        var headers = new ArrayList<>(List.of("Carillon-Device-Key", key));
        headers.addAll(List.of(more));
        return send(other, "GET", "/api/queue", "", headers.toArray(String[]::new));
    }

    @Test
    @Tag("D1")
    @Tag("F5")
    void aRevokedScreenIsClosedWithinASecondAndStaysOut() throws Exception {
        Quickest.below(Duration.ofMillis(1_500), ScreenTest::revoked);
        var screen = pair("display");
        assertThat(admin.send("DELETE", "/api/queue/screens/" + screen.id, "").status())
                .isEqualTo(204);
        assertThat(json(queue(screen.key)).get("code").asText()).isEqualTo("device_key_invalid");
        try (var display = Booth.at(other, "/ws/acme/display", "Carillon-Device-Key", screen.key)) {
            assertThat(display.closeCode()).isEqualTo(4103);
        }
        assertThat(admin.get("/api/queue/screens/" + screen.id).ok().get("status").asText())
                .isEqualTo("revoked");
        stranger.send("DELETE", "/api/queue/screens/" + screen.id, "")
                .problem(404, "queue_screen_missing");
    }

    private static Duration revoked() {
        var screen = pair("display");
        try (var display =
                Booth.at(other, "/ws/acme/display", "Carillon-Device-Key", screen.key).in()) {
            var began = System.nanoTime();
            assertThat(admin.send("DELETE", "/api/queue/screens/" + screen.id, "").status())
                    .isEqualTo(204);
            assertThat(display.closeCode()).isEqualTo(4104);
            return Quickest.since(began);
        }
    }

    @Test
    @Tag("D1")
    void aKeyIsForItsTenantAndItsKind() {
        var screen = pair("display");
        for (var target : new String[] {"/ws/acme/totem", "/ws/globex/display"}) {
            try (var booth = Booth.at(other, target, "Carillon-Device-Key", screen.key)) {
                assertThat(booth.next("error").get("detail").asText())
                        .startsWith("device_key_invalid");
                assertThat(booth.closeCode()).isEqualTo(4103);
            }
        }
        try (var booth = Booth.at(other, "/ws/acme/operator", "Carillon-Device-Key", screen.key)) {
            assertThat(booth.closeCode()).isEqualTo(4103);
        }
    }

    @Test
    @Tag("D3")
    @Tag("D6")
    void aScreenPollsAndTakesTicketsWithItsKeyAsManyAsItMay() {
        var screen = pair("totem");
        var poll = queue(screen.key);
        var tag = poll.headers().firstValue("ETag").orElseThrow();
        assertThat(poll.headers().firstValue("Carillon-Cursor")).isPresent();
        assertThat(poll.headers().firstValue("Vary").orElse("")).contains("Carillon-Device-Key");
        var body = "{\"service_id\":\"%s\"}".formatted(service);
        var key = new String[] {"Carillon-Device-Key", screen.key};
        var statuses = new ArrayList<Integer>();
        for (var index = 0; index < 4; index++) {
            statuses.add(
                    send(
                                    index % 2 == 0 ? other : node.node(),
                                    "POST",
                                    "/api/queue/tickets",
                                    body,
                                    key)
                            .statusCode());
        }
        assertThat(statuses).containsExactly(201, 201, 201, 429);
        other.awaitSeen();
        var changed = queue(screen.key, "If-None-Match", tag);
        assertThat(changed.statusCode()).isEqualTo(200);
        var newer = changed.headers().firstValue("ETag").orElseThrow();
        assertThat(queue(screen.key, "If-None-Match", newer).statusCode()).isEqualTo(304);
        var ticket = json(changed).at("/waiting/0/id").asText();
        assertThat(
                        send(other, "GET", "/api/queue/tickets/" + ticket + "/place", "", key)
                                .statusCode())
                .isEqualTo(200);
        assertThat(
                        send(other, "POST", "/api/queue/tickets/" + ticket + "/cancel", "", key)
                                .statusCode())
                .isEqualTo(401);
        assertThat(send(other, "GET", "/api/approvals", "", key).statusCode()).isEqualTo(401);
    }

    @Test
    @Tag("D1")
    void aDisplayTakesNoTickets() {
        var screen = pair("display");
        var refused =
                send(
                        other,
                        "POST",
                        "/api/queue/tickets",
                        "{\"service_id\":\"%s\"}".formatted(service),
                        "Carillon-Device-Key",
                        screen.key);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(json(refused).get("code").asText()).isEqualTo("queue_totem");
    }

    @Test
    @Tag("D1")
    void aTenantWithoutAPossibleNameIsRefused() {
        for (var answer :
                List.of(
                        queue("AAA." + "A".repeat(43)),
                        queue("AQ." + "A".repeat(43)),
                        send(other, "GET", "/api/queue?tenant=%00", ""),
                        send(other, "GET", "/api/queue?tenant=a%01", ""))) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        }
        try (var display = Booth.at(other, "/ws/%00/display")) {
            assertThat(display.closeCode()).isEqualTo(4103);
        }
    }

    @Test
    @Tag("D1")
    void screensWithoutAKeyAreLetInWhereTheTenantHasSaidSo() {
        var globex = "/ws/globex/display";
        try (var display = Booth.at(other, globex)) {
            assertThat(display.closeCode()).isEqualTo(4103);
        }
        var path = "/api/queue/settings";
        assertThat(stranger.get(path).ok().get("public_screens").asBoolean()).isFalse();
        assertThat(send(other, "GET", "/api/queue?tenant=globex", "").statusCode()).isEqualTo(401);
        stranger.send("PATCH", path, "{\"public_screens\":true}", "If-Match", "\"1\"").ok();
        stranger.send("PATCH", path, "{\"time_zone\":\"Mars/Base\"}", "If-Match", "\"2\"")
                .problem(400, "time_zone");
        assertThat(send(other, "GET", "/api/queue?tenant=globex", "").statusCode()).isEqualTo(200);
        assertThat(send(other, "GET", "/api/queue?tenant=acme", "").statusCode()).isEqualTo(401);
        try (var display = Booth.at(other, globex).in()) {
            stranger.send("PATCH", path, "{\"public_screens\":false}", "If-Match", "\"2\"").ok();
            assertThat(display.closeCode()).isEqualTo(4007);
        }
        try (var display = Booth.at(other, globex)) {
            assertThat(display.closeCode()).isEqualTo(4103);
        }
    }

    /// Its time is made to be over, and every door is shut: looking, approving, claiming, also when
    /// it had been approved in time. What is over makes room, and is deleted.
    @Test
    @Tag("D1")
    void aCodeWhoseTimeIsOverPairsNothing() {
        var late = begin("acme", "totem");
        var unfetched = begin("acme", "display");
        var code = late.get("code").asText();
        var approved = "{\"code\":\"%s\"}".formatted(unfetched.get("code").asText());
        var screen = admin.post("/api/queue/screens", approved).id();
        assertThat(Instant.parse(late.get("expires_at").asText()))
                .isBetween(Instant.now().plusSeconds(500), Instant.now().plusSeconds(700));
        end(late);
        end(unfetched);
        admin.get("/api/queue/pairings/" + code).problem(404, "pairing_missing");
        admin.post("/api/queue/screens", "{\"code\":\"%s\"}".formatted(code))
                .problem(404, "pairing_missing");
        for (var begun : List.of(late, unfetched)) {
            var refused = claim("acme", begun);
            assertThat(refused.statusCode()).isEqualTo(404);
            assertThat(json(refused).get("code").asText()).isEqualTo("pairing_missing");
        }
        assertThat(admin.get("/api/queue/screens/" + screen).ok().get("status").asText())
                .isEqualTo("waiting");
        // The node's own round.
        while (!node.node().ask(OVER).equals("0")) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static final String OVER =
            "select count(*) from carillon_app.queue_pairing where expires_at < clock_timestamp()";

    private static void end(JsonNode begun) {
        node.node()
                .sql(
                        "update carillon_app.queue_pairing set expires_at = clock_timestamp() -"
                                + " interval '1 ms' where tenant_id = 'acme' and code = '%s'"
                                        .formatted(begun.get("code").asText()));
    }

    /// Screens that were revoked, never fetched their key, or have not come for so long; not those
    /// that are here.
    @Test
    @Tag("D1")
    void screensThatNobodyHasSeenForLongAreForgotten() {
        var quiet = pair("display");
        var revoked = pair("display");
        var recent = pair("totem");
        var open = pair("totem");
        var unfetched = "{\"code\":\"%s\"}".formatted(begin("acme", "totem").get("code").asText());
        var waiting = admin.post("/api/queue/screens", unfetched).id();
        admin.send("DELETE", "/api/queue/screens/" + revoked.id, "").ok();
        assertThat(queue(recent.key).statusCode()).isEqualTo(200);
        var old = List.of(open.id, quiet.id, revoked.id, waiting);
        try (var desk = admin.follow("queue.desk");
                var foreign = stranger.follow("queue.desk")) {
            try (var booth =
                    Booth.at(other, "/ws/acme/totem", "Carillon-Device-Key", open.key).in()) {
                var there =
                        "select count(*) from carillon.connection where user_id = 'screen:"
                                + open.id
                                + "'";
                while (node.node().ask(there).equals("0")) {
                    LockSupport.parkNanos(5_000_000);
                }
                age(recent.id, 89);
                old.forEach(id -> age(id, 91));
                assertThat(List.of(forgotten(desk), forgotten(desk), forgotten(desk)))
                        .containsExactlyInAnyOrder(quiet.id, revoked.id, waiting);
                booth.say("ping").next("pong");
            }
            assertThat(forgotten(desk)).isEqualTo(open.id);
            stranger.post("/api/queue/services", "{\"name\":\"Theirs\",\"prefix\":\"Z\"}").ok();
            assertThat(foreign.next().type()).isEqualTo("queue_service.created");
        }
        admin.get("/api/queue/screens/" + quiet.id).problem(404, "queue_screen_missing");
        assertThat(json(queue(quiet.key)).get("code").asText()).isEqualTo("device_key_invalid");
        assertThat(queue(recent.key).statusCode()).isEqualTo(200);
    }

    private static void age(String screen, int days) {
        node.node()
                .sql(
                        """
                        update carillon_app.queue_screen set created_at = created_at - d.old,
                          updated_at = updated_at - d.old, key_at = key_at - d.old,
                          last_seen_at = last_seen_at - d.old
                          from (select %d * interval '1 day' as old) d where id = %s
                        """
                                .formatted(days, screen));
    }

    private static String forgotten(Follower desk) {
        var heard = desk.next();
        while (!heard.type().equals("queue_screen.deleted")) {
            heard = desk.next();
        }
        return heard.data().at("/key/id").asText();
    }

    @Test
    void fewCodesWaitAtATime() {
        for (var index = 0; index < 3; index++) {
            begin("initech", "totem");
        }
        var more =
                send(
                        node.node(),
                        "POST",
                        "/api/queue/pairings",
                        "{\"tenant\":\"initech\",\"kind\":\"totem\",\"name\":\"x\"}");
        assertThat(more.statusCode()).isEqualTo(429);
        assertThat(json(more).get("code").asText()).isEqualTo("pairings_exhausted");
    }
}
