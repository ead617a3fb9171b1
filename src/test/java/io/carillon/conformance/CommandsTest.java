package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;

/// Commands over WebSocket: order, refusals, limits.
@Timeout(60)
class CommandsTest {
    private static final String ANA = TestNode.token("acme", "ana", "writer");
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start("carillon.connection.max-subscriptions", 3);
        node.open("a", "b", "c", "d");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void commandsAreAnsweredInOrderAndAPingOvertakes() {
        try (var client = connected()) {
            client.send("{\"id\":10,\"command\":\"subscribe\",\"channels\":[\"a\"]}");
            client.send("{\"id\":11,\"command\":\"unsubscribe\",\"channels\":[\"a\"]}");
            client.send("{\"id\":12,\"command\":\"ping\"}");
            assertThat(IntStream.range(0, 3).mapToObj(n -> client.next().get("reply")).toList())
                    .containsExactlyInAnyOrder(10L, 11L, 12L)
                    .containsSubsequence(10L, 11L);
        }
    }

    @Test
    void aPingTellsTheCursorOnceSomethingIsFollowed() {
        try (var client = connected()) {
            assertThat(client.ask("\"command\":\"ping\"")).containsOnlyKeys("reply", "ok");
            client.subscribe("a");
            assertThat(client.ask("\"command\":\"ping\"")).containsKey("cursor");
        }
    }

    @Test
    void whoeverUnsubscribesHearsNothingMore() {
        try (var client = connected()) {
            client.subscribe("a");
            client.subscribe("b");
            assertThat(client.ask("\"command\":\"unsubscribe\",\"channels\":[\"a\"]"))
                    .containsEntry("ok", true);
            node.emit("acme", "a", "t", "{}");
            node.emit("acme", "b", "t", "{}");
            assertThat(client.next()).containsEntry("channel", "b");
        }
    }

    @Test
    void everyRefusalHasItsCode() {
        try (var client = open()) {
            assertThat(error(client.subscribe("a"))).isEqualTo("not_connected");
        }
        try (var client = connected()) {
            assertThat(error(client.ask("\"command\":\"connect\",\"token\":\"x\"")))
                    .isEqualTo("already_connected");
            assertThat(error(client.ask("\"command\":\"refresh\",\"token\":\"x\"")))
                    .isEqualTo("unauthenticated");
            assertThat(error(client.ask("\"command\":\"dance\""))).isEqualTo("unknown_command");
            assertThat(error(client.ask("\"command\":\"subscribe\""))).isEqualTo("malformed");
            assertThat(error(client.subscribe("secrets"))).isEqualTo("forbidden");
            assertThat(error(client.ask("\"command\":\"unsubscribe\",\"channels\":[\"a\"]")))
                    .isEqualTo("not_subscribed");
            client.subscribe("a");
            assertThat(error(client.subscribe("a"))).isEqualTo("already_subscribed");
            assertThat(
                            error(
                                    client.ask(
                                            "\"command\":\"subscribe\",\"channels\":[\"b\",\"c\",\"d\"]")))
                    .isEqualTo("limit");
            assertThat(error(publish(client, "a", "t", "\"" + "é".repeat(4_100) + "\"")))
                    .isEqualTo("too_large");
            assertThat(error(publish(client, "a", "carillon.reset", "1"))).isEqualTo("malformed");
            assertThat(error(publish(client, "secrets", "t", "1"))).isEqualTo("forbidden");
            assertThat(
                            error(
                                    client.ask(
                                            "\"command\":\"subscribe\",\"channels\":[\"b\"],\"cursor\":\"x\"")))
                    .isEqualTo("reset");
        }
    }

    @Test
    @Tag("A5")
    void whoMayNotPublishIsRefused() {
        try (var client = RawWebSocket.connected(node, TestNode.token("acme", "bob"))) {
            assertThat(error(publish(client, "a", "t", "1"))).isEqualTo("forbidden");
        }
    }

    @Test
    @Tag("F5")
    void aTokenIsRefreshedOnALiveConnection() {
        try (var client = connected()) {
            var before = client.ask("\"command\":\"refresh\",\"token\":\"" + ANA + "\"");
            assertThat(before).containsEntry("ok", true).containsEntry("user", "ana");
            var zoe = TestNode.token("zoo", "ana");
            assertThat(error(client.ask("\"command\":\"refresh\",\"token\":\"" + zoe + "\"")))
                    .isEqualTo("forbidden");
        }
    }

    @Test
    void whatIsUnreadableIsToldAndInTheEndClosedWith4100() {
        try (var client = connected()) {
            for (var time = 0; time < 10; time++) {
                client.send("{\"command\":");
                assertThat(error(client.next())).isEqualTo("malformed");
            }
            client.send("[]");
            assertThat(client.closed()).isEqualTo(4100);
        }
    }

    @Test
    void whoeverIsTooFastIsToldAndWhoeverDoesNotListenIsClosedWith4006() {
        try (var client = connected()) {
            client.write(many("{\"id\":7,\"command\":\"ping\"}", 300));
            var codes = IntStream.range(0, 300).mapToObj(n -> error(client.next())).toList();
            assertThat(codes).contains("rate", "");
            client.write(many("{\"id\":7,\"command\":\"ping\"}", 600));
            assertThat(client.closed()).isEqualTo(4006);
        }
    }

    @Test
    void tooManyWaitingCommandsAreClosedWith4006() {
        try (var client = connected()) {
            client.write(many("{\"id\":7,\"command\":\"refresh\",\"token\":\"x\"}", 150));
            assertThat(client.closed()).isEqualTo(4006);
        }
    }

    private static byte[] many(String command, int times) {
        var frame = RawWebSocket.frame(0x81, bytes(command));
        var all = new byte[frame.length * times];
        for (var time = 0; time < times; time++) {
            System.arraycopy(frame, 0, all, time * frame.length, frame.length);
        }
        return all;
    }

    private static Map<String, Object> publish(
            RawWebSocket client, String channel, String type, String data) {
        return client.ask(
                "\"command\":\"publish\",\"channel\":\"%s\",\"type\":\"%s\",\"data\":%s"
                        .formatted(channel, type, data));
    }

    private static String error(Map<String, Object> reply) {
        return reply.get("error") instanceof Map<?, ?> error ? (String) error.get("code") : "";
    }

    private static RawWebSocket open() {
        return RawWebSocket.open(node.port(), "/realtime");
    }

    private static RawWebSocket connected() {
        return RawWebSocket.connected(node, ANA);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
