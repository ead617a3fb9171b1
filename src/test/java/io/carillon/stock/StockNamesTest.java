package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.carillon.catalogue.Catalogue;
import io.carillon.catalogue.EventType;
import io.carillon.catalogue.SocketEvents;
import io.carillon.channel.Event;
import io.carillon.conformance.TestNode;
import io.carillon.module.Person;
import io.carillon.presence.Presence;
import io.carillon.stock.StockClient.Version;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Names and shapes of the source systems, as their pages' stock clients hear and send them.
@Timeout(120)
@Tag("A8")
class StockNamesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SOCKET = "\"transports\":[\"websocket\"]";
    private static final String ANA = TestNode.token("acme", "ana", "writer", "admin");
    private static final String BOB = TestNode.token("acme", "bob", "writer");
    private static final String BEA = TestNode.token("acme", "bea", "writer");
    private static TestNode node;

    @BeforeAll
    static void start() {
        node =
                TestNode.start(
                        "carillon.registry.gather", "20ms",
                        "carillon.presence.grace", "200ms",
                        "carillon.presence.gather", "20ms");
        node.sql("select carillon.rule('carillon.presence')");
        node.showPresence("carillon.presence");
        for (var type : Catalogue.load().types()) {
            for (var channel : type.channels()) {
                open(channel.pattern());
            }
        }
    }

    /// Whatever the modules say: everybody of the tenant may do everything here.
    private static void open(String pattern) {
        if (pattern.contains("{key}")) {
            node.sql(
                    "select carillon.rule('%s', publish_roles => array['writer'], members => '%s')"
                            .formatted(pattern, "select 1 where $1 is not null"));
        } else {
            node.open(pattern);
        }
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static StockClient entered(Version version, String namespace, String token) {
        var client = new StockClient(version, node.port(), SOCKET);
        client.enter(namespace, token, "");
        client.expect("connect");
        return client;
    }

    /// Every event of the catalogue that one user may follow, in every namespace of the product.
    @Test
    @Tag("C4")
    @Tag("C5")
    @Tag("E2")
    @Tag("B4")
    void eventsOfTheCatalogueHaveTheirNamesAndShapes() throws Exception {
        var catalogue = Catalogue.load();
        var names = new HashSet<String>();
        for (var namespace : List.of("/", "/realtime", "/clinic-acme")) {
            try (var client = entered(Version.NOW, namespace, ANA)) {
                for (var type : catalogue.types()) {
                    var channel = channel(type);
                    if (channel == null || type.socket().isEmpty() || type.family()) {
                        continue;
                    }
                    // Those that are open are followed already.
                    var unused = client.ask(namespace, "join", "\"" + channel + "\"");
                    if (mayNot(unused)) {
                        continue;
                    }
                    tell(channel, type);
                    for (var expected : expected(catalogue, channel, type)) {
                        var heard = client.event(expected.name());
                        check(type, expected, (List<?>) heard.get("args"));
                        names.add(expected.name());
                    }
                }
            }
        }
        assertThat(names).containsAll(OF_THE_DOCUMENTS);
    }

    /// As they stand in the documents of the studio, the approvals (both) and the clinic.
    private static final List<String> OF_THE_DOCUMENTS =
            List.of(
                    "status:update",
                    "event:new",
                    "audio:level",
                    "approval:created",
                    "approval:resolved",
                    "approval:expired",
                    "agent:status",
                    "agent:message",
                    "notification:new",
                    "notification:read",
                    "approval.created",
                    "approval.updated",
                    "approval.deleted",
                    "agent.status.changed",
                    "notification.new",
                    "chat.message",
                    "typing.start",
                    "typing.stop",
                    "message:new",
                    "message:updated",
                    "conversation:updated",
                    "typing:start",
                    "typing:stop");

    /// From the header of a request by REST to the clients of the tenant, in the members of the
    /// event bus; another tenant's client hears its own only.
    @Test
    @Tag("C9")
    @Tag("A5")
    void whoAsksForItHearsTheEventBusesEnvelope() throws Exception {
        var ana = new Person(node, "acme", "ana", "member");
        var dora = new Person(node, "globex", "dora", "member");
        var wish = "\"names\":\"envelope\",\"channels\":[\"approvals\"]";
        try (var one = new StockClient(Version.NOW, node.port(), SOCKET);
                var two = new StockClient(Version.BEFORE, node.port(), SOCKET);
                var foreign = new StockClient(Version.NOW, node.port(), SOCKET)) {
            one.enter("/realtime", ANA, wish);
            two.enter("/realtime", BOB, wish);
            foreign.enter("/realtime", dora.token(), wish);
            for (var client : List.of(one, two, foreign)) {
                client.expect("connect");
            }
            var body = "{\"title\":\"Ring\"}";
            var before = Instant.now().minusSeconds(5);
            var made = ana.post("/api/approvals", body, "X-Correlation-Id", "mine-7").ok();
            dora.post("/api/approvals", body, "X-Correlation-Id", "theirs").ok();
            for (var client : List.of(one, two)) {
                var told = first(client.event("approval.created"));
                assertThat(told)
                        .containsOnlyKeys(
                                "id",
                                "type",
                                "source",
                                "timestamp",
                                "correlationId",
                                "tenantId",
                                "userId",
                                "version",
                                "data")
                        .containsEntry("type", "approval.created")
                        .containsEntry("source", "carillon/approvals")
                        .containsEntry("correlationId", "mine-7")
                        .containsEntry("tenantId", "acme")
                        .containsEntry("userId", "ana");
                assertThat((String) told.get("id")).matches("[0-9]+");
                assertThat(((Number) told.get("version")).intValue()).isEqualTo(1);
                assertThat(Instant.parse((String) told.get("timestamp"))).isAfter(before);
                var data = JSON.readTree(JSON.writeValueAsString(told.get("data")));
                assertThat(data.at("/row/id")).isEqualTo(made.get("id"));
                assertThat(data.at("/row/title").asText()).isEqualTo("Ring");
            }
            assertThat(first(foreign.event()))
                    .containsEntry("correlationId", "theirs")
                    .containsEntry("tenantId", "globex");
            // A user's own types too, with what is known of them.
            node.emit("acme", "approvals", "approval.mine", "{\"n\":1}");
            assertThat(first(one.event()))
                    .containsEntry("source", "carillon")
                    .containsEntry("correlationId", null);
        }
    }

    private static String channel(EventType type) {
        return type.channels().stream()
                .map(one -> one.pattern().replace("{user}", "ana").replace("{key}", "1"))
                .filter(one -> !one.contains("{"))
                .findFirst()
                .orElse(null);
    }

    private static boolean mayNot(Map<String, Object> answer) {
        return answer.get("error") instanceof Map<?, ?> error
                && !"already_subscribed".equals(error.get("code"));
    }

    private static void tell(String channel, EventType type) {
        node.sql(
                "select carillon.%s('acme', '%s', '%s', '%s')"
                        .formatted(
                                type.ephemeral() ? "broadcast" : "emit",
                                channel,
                                type.type(),
                                type.example().toString().replace("'", "''")));
    }

    private static List<SocketEvents.Told> expected(
            Catalogue catalogue, String channel, EventType type) {
        var data = type.example().toString();
        var event =
                new Event(
                        1, 1, "acme", channel, type.type(), data, null, null, null, Instant.EPOCH);
        var told = new ArrayList<SocketEvents.Told>();
        var names = new HashSet<String>();
        for (var one : new SocketEvents(catalogue).of(event)) {
            if (names.add(one.name())) {
                told.add(one);
            }
        }
        return told;
    }

    /// The position comes on top, with the last name; the time is the log's.
    private static void check(EventType type, SocketEvents.Told expected, List<?> args)
            throws JsonProcessingException {
        var templates =
                type.socket().stream()
                        .filter(one -> one.name().equals(expected.name()))
                        .findFirst()
                        .orElseThrow()
                        .args();
        assertThat(args.size() - templates.size()).as(expected.name()).isBetween(0, 1);
        for (var index = 0; index < templates.size(); index++) {
            var template = templates.get(index);
            var heard = JSON.readTree(JSON.writeValueAsString(args.get(index)));
            var wanted = JSON.readTree(expected.args().get(index));
            if (template instanceof ObjectNode object) {
                for (var entry : object.properties()) {
                    if (entry.getValue().asText().equals("$at")) {
                        assertThat(heard.path(entry.getKey()).asText()).isNotEmpty();
                        ((ObjectNode) heard).remove(entry.getKey());
                        ((ObjectNode) wanted).remove(entry.getKey());
                    }
                }
            }
            if (!template.toString().contains("$envelope")) {
                assertThat(wanted.equals(StockNamesTest::compare, heard))
                        .as("%s: %s is not %s", expected.name(), heard, wanted)
                        .isTrue();
            }
        }
    }

    /// Numbers by their value, however they are written.
    private static int compare(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    }

    @Test
    @Tag("C7")
    @Tag("E2")
    void whoIsThereIsToldInTheChatsWords() {
        try (var ana = entered(Version.NOW, "/clinic-acme", ANA)) {
            assertThat(first(ana.event("carillon:presence"))).containsKey("members");
            // Who was there in no other test, and is not there still.
            try (var bea = entered(Version.BEFORE, "/clinic-acme", BEA)) {
                assertThat(about(ana, "user:online", "bea")).containsEntry("status", "online");
                assertThat(bea.ask("/clinic-acme", "presence.update", "\"busy\""))
                        .containsEntry("ok", true);
                assertThat(about(ana, "user:online", "bea")).containsEntry("status", "busy");
                assertThat(bea.ask("/clinic-acme", "presence.update", "\"asleep\""))
                        .containsEntry("ok", false);
            }
            assertThat(about(ana, "user:offline", "bea")).containsEntry("userName", "BEA");
        }
        assertThat(Presence.TENANT).isEqualTo("carillon.presence");
    }

    private static Map<String, Object> about(StockClient client, String event, String user) {
        return first(
                client.await(message ->
                        event.equals(message.get("name"))
                                && user.equals(first(message).get("userId"))));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> first(Map<String, Object> message) {
        return (Map<String, Object>) ((List<?>) message.get("args")).getFirst();
    }

    @Test
    @Tag("C7")
    @Tag("E1")
    void clientsSpeakInTheDocumentsShapes() {
        try (var ana = entered(Version.NOW, "/clinic-acme", ANA);
                var bob = entered(Version.BEFORE, "/realtime", BOB)) {
            for (var joined :
                    List.of(
                            ana.ask("/clinic-acme", "conversation:join", "{\"conversationId\":5}"),
                            bob.ask("/realtime", "conversation:join", "\"5\""))) {
                assertThat(joined).containsEntry("channels", List.of("chat:5"));
            }
            assertThat(ana.ask("/clinic-acme", "typing:start", "{\"conversationId\":\"5\"}"))
                    .containsEntry("ok", true);
            assertThat(first(bob.event("typing:start")))
                    .isEqualTo(
                            Map.of(
                                    "type", "typing:start",
                                    "conversationId", "5",
                                    "userId", "ana",
                                    "userName", "ANA"));
            assertThat(first(bob.event("typing.start")))
                    .isEqualTo(Map.of("chatId", "5", "userId", "ana", "userName", "ANA"));
            assertThat(bob.ask("/realtime", "typing.stop", "{\"chatId\":5}"))
                    .containsEntry("ok", true);
            assertThat(first(ana.event("typing:stop"))).containsEntry("userName", "BOB");
            var refused = ana.ask("/clinic-acme", "typing.start", "{\"room\":\"5\"}");
            assertThat(((Map<?, ?>) refused.get("error")).get("code")).isEqualTo("malformed");
            assertThat(ana.ask("/clinic-acme", "conversation:leave", "{\"conversationId\":5}"))
                    .containsEntry("ok", true);
        }
    }

    /// What the documents show of what a client may say, said as it stands there.
    @Test
    @Tag("C7")
    @Tag("E1")
    void theExamplesOfWhatClientsSendAreUnderstood() {
        var commands =
                Catalogue.load().modules().stream().flatMap(it -> it.commands().stream()).toList();
        assertThat(commands).hasSizeGreaterThan(5);
        try (var ana = entered(Version.NOW, "/realtime", ANA)) {
            for (var command : commands) {
                var examples = command.args().getFirst().path("examples");
                assertThat(examples).as(command.name()).isNotEmpty();
                examples.forEach(example ->
                        assertThat(ana.ask("/realtime", command.name(), example.toString()))
                                .as(command.name() + " " + example)
                                .containsEntry("ok", true));
            }
        }
    }

    @Test
    @Tag("C5")
    void aClientChoosesTheWayOfNaming() {
        var status = "{\"agentId\":\"r\",\"status\":\"busy\"}";
        for (var way :
                List.of(
                        List.of("plain", "agent.status.changed"),
                        List.of("data", "agent.status.changed"),
                        List.of("colons", "agent:status"),
                        List.of("dots", "agent.status.changed"))) {
            try (var client = new StockClient(Version.NOW, node.port(), SOCKET)) {
                client.enter("/", ANA, "\"names\":\"" + way.getFirst() + "\"");
                client.expect("connect");
                node.emit("acme", "agents", "agent.status.changed", status);
                var heard =
                        client.await(message ->
                                StockClient.is(message, "event")
                                        && ((String) message.get("name")).startsWith("agent"));
                assertThat(heard.get("name")).isEqualTo(way.getLast());
                assertThat(first(heard).containsKey("channel"))
                        .isEqualTo(way.getFirst().equals("plain"));
            }
        }
    }
}
