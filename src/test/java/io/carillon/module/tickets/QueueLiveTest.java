package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import io.carillon.auth.TestTokens;
import io.carillon.conformance.Quickest;
import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// `/ws/{tenant}/{clientType}` on two nodes: who hears what, how fast, and what was missed.
@Timeout(60)
class QueueLiveTest {
    private static final SchemaRegistry SCHEMAS =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private static ModuleNode node;
    private static TestNode other;
    private static Person admin;
    private static Person clerk;
    private static String service;
    private static String desk;

    @BeforeAll
    static void start() {
        node =
                ModuleNode.start(
                        "carillon.sight.census", "1s", "endpoints.prometheus.sensitive", false);
        other = node.another();
        admin = node.person("acme", "cora", "admin");
        clerk = node.person("acme", "ana", "clerk");
        admin.send("PATCH", "/api/queue/settings", "{\"public_screens\":true}", "If-Match", "\"1\"")
                .ok();
        service = admin.post("/api/queue/services", "{\"name\":\"Repairs\",\"prefix\":\"A\"}").id();
        desk = admin.post("/api/queue/counters", "{\"name\":\"Desk 1\"}").id();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String token(String user, String... roles) {
        return TestNode.token("acme", user, roles);
    }

    private static String take(String customer) {
        return clerk.post(
                        "/api/queue/tickets",
                        "{\"service_id\":\"%s\",\"customer_name\":\"%s\"}"
                                .formatted(service, customer))
                .id();
    }

    private static void callAndFinish(String ticket) {
        var called = clerk.post("/api/queue/counters/" + desk + "/next", "").id();
        while (!called.equals(ticket)) {
            clerk.post("/api/queue/tickets/" + called + "/no-show", "").ok();
            called = clerk.post("/api/queue/counters/" + desk + "/next", "").id();
        }
        clerk.post("/api/queue/tickets/" + ticket + "/start", "").ok();
        clerk.post("/api/queue/tickets/" + ticket + "/finish", "").ok();
    }

    private static JsonNode of(Booth booth, String type, String ticket) {
        return booth.next(message ->
                message.get("type").asText().equals(type)
                        && message.at("/data/id").asText().equals(ticket));
    }

    @Test
    @Tag("D1")
    @Tag("D2")
    @Tag("D5")
    @Tag("A6")
    void aChangeAtOneNodeReachesEveryClientOfTheTenantOnBoth() throws Exception {
        try (var operator =
                        Booth.at(other, "/ws/acme/operator?token=" + token("ana", "clerk")).in();
                var general = Booth.at(other, "/ws/acme/general?token=" + token("ben")).in();
                var totem = Booth.at(node.node(), "/ws/acme/totem").in();
                var display = Booth.at(other, "/ws/acme/display").in();
                var stranger =
                        Booth.at(
                                        other,
                                        "/ws/globex/operator?token="
                                                + TestNode.token("globex", "dora", "admin"))
                                .in()) {
            var ticket = take("Maria");
            assertThat(of(operator, "ticket_update", ticket).at("/data/customer_name").asText())
                    .isEqualTo("Maria");
            for (var booth : List.of(general, totem, display)) {
                var told = of(booth, "ticket_update", ticket);
                assertThat(told.at("/data/status").asText()).isEqualTo("in_queue");
                assertThat(told.toString()).doesNotContain("Maria").doesNotContain("\"ana\"");
                assertThat(showing(booth, ticket).toString()).doesNotContain("Maria");
            }
            assertThat(showing(operator, ticket).toString()).contains("Maria");
            var booths = List.of(operator, general, totem, display);
            Quickest.below(Duration.ofSeconds(1), () -> servedInSightOf(booths, take("Ann")));
            new Person(other, "globex", "dora", "admin")
                    .post("/api/queue/services", "{\"name\":\"Theirs\",\"prefix\":\"G\"}")
                    .ok();
            assertThat(stranger.next().get("type").asText()).isEqualTo("queue_service.created");
        }
    }

    /// @return the next picture on which the ticket waits
    private static JsonNode showing(Booth booth, String ticket) {
        return booth.next(message ->
                message.get("type").asText().equals("queue_update")
                        && message.at("/data/waiting").findValuesAsText("id").contains(ticket));
    }

    private static Duration servedInSightOf(List<Booth> booths, String ticket) {
        var began = System.nanoTime();
        callAndFinish(ticket);
        for (var booth : booths) {
            var called = of(booth, "ticket_status_changed", ticket);
            assertThat(called.at("/data/old_status").asText()).isEqualTo("in_queue");
            assertThat(called.at("/data/new_status").asText()).isEqualTo("called");
            assertThat(called.at("/data/counter").asText()).isEqualTo("Desk 1");
            assertThat(of(booth, "ticket_status_changed", ticket).at("/data/new_status"))
                    .hasToString("\"in_progress\"");
            assertThat(of(booth, "ticket_status_changed", ticket).at("/data/new_status"))
                    .hasToString("\"completed\"");
        }
        return Quickest.since(began);
    }

    @Test
    @Tag("D2")
    void plainSqlIsHeardToo() {
        try (var display = Booth.at(other, "/ws/acme/display").in()) {
            node.node()
                    .sql(
                            "insert into carillon_app.queue_ticket (tenant_id, service_id) values"
                                    + " ('acme', "
                                    + service
                                    + ")");
            assertThat(display.next("ticket_update").at("/data/status").asText())
                    .isEqualTo("in_queue");
            display.next("queue_update");
        }
    }

    @Test
    @Tag("A3")
    @Tag("D2")
    void whoComesBackWithACursorHearsWhatWasMissedThenSeesTheQueue() {
        String cursor;
        try (var display = Booth.at(node.node(), "/ws/acme/display")) {
            display.next("connected");
            cursor = display.next("queue_update").get("cursor").asText();
        }
        var ticket = take("Jo");
        callAndFinish(ticket);
        other.awaitSeen();
        try (var display = Booth.at(other, "/ws/acme/display?cursor=" + cursor)) {
            display.next("connected");
            var missed = display.until("queue_update");
            var states =
                    missed.stream()
                            .filter(one -> one.at("/data/id").asText().equals(ticket))
                            .filter(one -> one.get("type").asText().endsWith("changed"))
                            .map(one -> one.at("/data/new_status").asText())
                            .toList();
            assertThat(states).containsExactly("called", "in_progress", "completed");
            var later = missed.get(missed.size() - 2).get("cursor").asText();
            try (var again = Booth.at(other, "/ws/acme/display?cursor=" + later)) {
                again.next("connected");
                assertThat(again.next().get("type").asText()).isEqualTo("queue_update");
            }
        }
        try (var display = Booth.at(other, "/ws/acme/display?cursor=nonsense")) {
            display.next("connected");
            assertThat(display.next().get("type").asText()).isEqualTo("reset");
            assertThat(display.next().get("type").asText()).isEqualTo("queue_update");
            var taken = take("Jo");
            of(display, "ticket_update", taken);
        }
    }

    @Test
    @Tag("D6")
    @Tag("A9")
    void aPollAndTheSocketJoinWithoutAHole() {
        var poll = clerk.get("/api/queue");
        var ticket = take("Ann");
        try (var display = Booth.at(other, "/ws/acme/display?cursor=" + poll.cursor())) {
            of(display, "ticket_update", ticket);
        }
    }

    @Test
    @Tag("D3")
    void aTotemTakesATicketSeesItsPlaceAndHearsItsCall() {
        try (var totem = Booth.at(other, "/ws/acme/totem").in();
                var display = Booth.at(other, "/ws/acme/display").in()) {
            totem.say(
                    "{\"type\":\"take\",\"service_id\":\"%s\",\"key\":\"k1\",\"ref\":\"r1\"}"
                            .formatted(service));
            var taken = totem.next("ticket_taken");
            assertThat(taken.get("ref").asText()).isEqualTo("r1");
            var id = taken.at("/data/ticket/id").asText();
            var position = taken.at("/data/place/position").asInt();
            assertThat(position).isPositive();
            totem.say(
                    "{\"type\":\"take\",\"service_id\":\"%s\",\"key\":\"k1\"}".formatted(service));
            assertThat(totem.next("ticket_taken").at("/data/ticket/id").asText()).isEqualTo(id);
            totem.say("{\"type\":\"request_queue_update\"}");
            totem.next(message -> {
                for (var waiting : message.at("/data/waiting")) {
                    if (waiting.get("id").asText().equals(id)) {
                        return waiting.get("position").asInt() == position;
                    }
                }
                return false;
            });
            callAndFinish(id);
            assertThat(of(totem, "ticket_status_changed", id).at("/data/new_status").asText())
                    .isEqualTo("called");
            display.say("{\"type\":\"take\",\"service_id\":\"%s\"}".formatted(service));
            assertThat(display.next("error").get("code").asText()).isEqualTo("forbidden");
            totem.say("{\"type\":\"take\",\"service_id\":\"999999\"}");
            assertThat(totem.next("error").get("code").asText()).isEqualTo("queue_service_missing");
        }
    }

    @Test
    void whatTheOldClientsSendIsUnderstood() {
        try (var totem = Booth.at(node.node(), "/ws/acme/totem").in()) {
            totem.say("{\"type\":\"request_queue_update\"}");
            totem.next("queue_update");
            totem.say("ping");
            totem.next("pong");
            totem.say("{\"type\":\"ping\"}");
            totem.next("pong");
            totem.say("{\"type\":\"subscribe\"}");
            assertThat(totem.next("error").get("code").asText()).isEqualTo("unknown_command");
        }
    }

    @Test
    @Tag("D1")
    void tokensAreJudgedAndRefusedWithACode() {
        refused("/ws/acme/operator?token=nonsense", "token_malformed");
        refused("/ws/acme/operator?token=" + token("ben"), "channel_forbidden");
        refused("/ws/globex/general?token=" + token("ben"), "tenant_foreign");
        refused("/ws/acme/general?ticket=nonsense", "ticket_invalid");
        refused("/ws/globex/totem", "screens_paired_only");
    }

    @Test
    @Tag("D1")
    void whoSaysNothingIsClosed() {
        var hasty = node.another("carillon.connection.connect-timeout", "1s");
        try (var silent = Booth.at(hasty, "/ws/acme/general")) {
            assertThat(silent.closeCode()).isEqualTo(4004);
        }
    }

    private static void refused(String target, String code) {
        try (var booth = Booth.at(node.node(), target)) {
            assertThat(booth.next("error").get("detail").asText()).startsWith(code);
            assertThat(booth.closeCode()).isEqualTo(4103);
        }
    }

    @Test
    @Tag("D1")
    void aLongLivedTokenComesInTheFirstMessageOrAsATicket() {
        var issued = Date.from(Instant.now());
        var end = Date.from(Instant.now().plusSeconds(7_200));
        var token =
                TestTokens.hs256(
                        TestTokens.user("acme", "ana", List.of("clerk"))
                                .issueTime(issued)
                                .expirationTime(end));
        refused("/ws/acme/operator?token=" + token, "token_long_lived");
        try (var operator = Booth.at(other, "/ws/acme/operator")) {
            operator.say("{\"type\":\"request_queue_update\"}");
            assertThat(operator.next("error").get("code").asText()).isEqualTo("not_connected");
            operator.say("{\"type\":\"auth\",\"token\":\"" + token + "\"}").in();
            operator.say("{\"type\":\"auth\",\"token\":\"" + token("ana", "clerk") + "\"}");
            assertThat(operator.next("connected").get("user").asText()).isEqualTo("ana");
            operator.say("{\"type\":\"auth\",\"token\":\"" + token("ben", "clerk") + "\"}");
            assertThat(operator.next("error").get("code").asText()).isEqualTo("forbidden");
        }
        var ticket = clerk.post("/api/tickets", "").ok().get("ticket").asText();
        Booth.at(other, "/ws/acme/operator?ticket=" + ticket).in().close();
        refused("/ws/acme/operator?ticket=" + ticket, "ticket_invalid");
        Booth.at(other, "/ws/acme/operator", "Authorization", "Bearer " + token).in().close();
    }

    @Test
    @Tag("F5")
    void whoIsRevokedIsGoneWithinASecond() throws Exception {
        var times = new AtomicInteger();
        Quickest.below(Duration.ofMillis(1_500), () -> revoked("zoe" + times.incrementAndGet()));
    }

    private static Duration revoked(String user) {
        try (var operator =
                Booth.at(other, "/ws/acme/operator?token=" + token(user, "clerk")).in()) {
            var began = System.nanoTime();
            node.node()
                    .sql(
                            "select carillon.revoke('acme', user_id => '"
                                    + user
                                    + "', issued_before => clock_timestamp() + interval '5"
                                    + " seconds')");
            assertThat(operator.closeCode()).isEqualTo(4104);
            return Quickest.since(began);
        }
    }

    @Test
    void theHandshakeIsGuarded() {
        var port = node.node().port();
        try (var foreign =
                        RawWebSocket.open(
                                port, "/ws/acme/totem", "Origin: https://evil.example.com");
                var typo = RawWebSocket.open(port, "/ws/acme/totems");
                var listed =
                        RawWebSocket.open(
                                port,
                                "/ws/acme/totem",
                                "Origin: https://app.example.com",
                                "Sec-WebSocket-Extensions: permessage-deflate")) {
            assertThat(foreign.status()).startsWith("HTTP/1.1 403");
            assertThat(foreign.body()).contains("origin_forbidden");
            assertThat(typo.status()).startsWith("HTTP/1.1 404");
            assertThat(listed.status())
                    .startsWith("HTTP/1.1 101")
                    .doesNotContainIgnoringCase("permessage-deflate");
        }
        assertThat(clerk.get("/ws/acme/totem").status()).isEqualTo(426);
    }

    @Test
    void whoFloodsIsClosedAndTooMuchIsToo() {
        try (var booth = Booth.at(node.node(), "/ws/acme/display").in()) {
            assertThat(booth.flood("{\"type\":\"request_queue_update\"}")).isEqualTo(4006);
        }
        try (var booth = Booth.at(node.node(), "/ws/acme/display").in()) {
            booth.say("{\"type\":\"ping\",\"x\":\"" + "x".repeat(7_000) + "\"}");
            booth.next("pong");
            booth.whisper("x".repeat(6_000)).whisper("x".repeat(6_000));
            assertThat(booth.closeCode()).isEqualTo(4101);
        }
    }

    /// Whatever is heard fits what AsyncAPI says, and so do its examples.
    @Test
    @Tag("D7")
    void theMessagesAreAsDocumented() {
        var document = clerk.get("/asyncapi.json").ok();
        var heard = new ArrayList<JsonNode>();
        try (var operator = Booth.at(other, "/ws/acme/operator?token=" + token("ana", "clerk"));
                var totem = Booth.at(other, "/ws/acme/totem")) {
            heard.addAll(totem.until("queue_update"));
            heard.addAll(operator.until("queue_update"));
            totem.say("{\"type\":\"take\",\"service_id\":\"%s\"}".formatted(service));
            heard.addAll(totem.until("ticket_taken"));
            callAndFinish(heard.getLast().at("/data/ticket/id").asText());
            for (var booth : List.of(operator, totem)) {
                heard.addAll(booth.until("ticket_status_changed"));
                booth.say("{\"type\":\"nonsense\"}");
                heard.addAll(booth.until("error"));
                booth.say("ping");
                heard.addAll(booth.until("pong"));
            }
        }
        var channel = document.at("/channels/queue-socket/messages");
        channel.fieldNames()
                .forEachRemaining(key -> {
                    var message = document.at("/components/messages/" + key);
                    heard.add(message.at("/examples/0/payload"));
                });
        var told = new HashSet<String>();
        for (var message : heard) {
            var type = message.get("type").asText();
            told.add(type);
            var direction = List.of("auth", "take", "request_queue_update").contains(type);
            var key = "queue-socket-" + (direction ? "receive-" : "send-") + type;
            var schema = document.at("/components/messages/" + key + "/payload");
            if (schema.isMissingNode()) {
                // To operators, the other rows under the names that they have everywhere.
                assertThat(type).startsWith("queue_");
                continue;
            }
            var whole = ((com.fasterxml.jackson.databind.node.ObjectNode) schema.deepCopy());
            whole.set("components", document.get("components"));
            assertThat(
                            SCHEMAS.getSchema(whole.toString(), InputFormat.JSON)
                                    .validate(message.toString(), InputFormat.JSON))
                    .as(message.toString())
                    .isEmpty();
        }
        assertThat(told).contains("connected", "queue_update", "ticket_taken", "error", "pong");
    }

    @Test
    @Tag("D7")
    void theseConnectionsAreCountedWithTheOthers() {
        try (var totem = Booth.at(node.node(), "/ws/acme/totem").in()) {
            var counted =
                    Pattern.compile("carillon_connections\\{[^}]*transport=\"queue\"[^}]*} [1-9]");
            while (!counted.matcher(clerk.get("/prometheus").whole().body()).find()) {
                totem.say("ping").next("pong");
                LockSupport.parkNanos(150_000_000);
            }
        }
    }

    @Test
    @Tag("F7")
    void aNodeThatGoesSaysSo() {
        var third = node.another();
        try (var display = Booth.at(third, "/ws/acme/display").in()) {
            var leaving =
                    Thread.ofVirtual()
                            .start(() -> third.connections().drainAll(Duration.ofMillis(200)));
            assertThat(display.next("drain").get("reconnect_in").asLong()).isBetween(0L, 200L);
            assertThat(display.closeCode()).isEqualTo(4000);
            leaving.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
