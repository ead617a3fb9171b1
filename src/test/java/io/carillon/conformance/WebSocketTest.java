package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.auth.Admission;
import io.carillon.auth.Tickets;
import io.carillon.auth.Tokens;
import io.carillon.conformance.RawWebSocket.Frame;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// What only WebSocket has: handshake, frames, commands, close codes.
@Timeout(60)
class WebSocketTest {
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

    // The handshake.

    @Test
    @Tag("A5")
    void aTokenInTheFirstCommandLetsIn() {
        try (var client = open()) {
            var reply = client.ask("\"command\":\"connect\",\"token\":\"" + ANA + "\"");
            assertThat(reply).containsEntry("ok", true).containsEntry("user", "ana");
            assertThat(reply).containsKeys("connection", "expiresAt");
        }
    }

    @Test
    @Tag("A5")
    void aTokenInTheHeaderLetsInAndTheServerSaysSoFirst() {
        try (var client = open("/realtime", "Authorization: Bearer " + ANA)) {
            assertThat(client.next())
                    .containsEntry("push", "connected")
                    .containsEntry("user", "ana")
                    .containsKeys("connection", "expiresAt");
            assertThat(client.subscribe("a")).containsEntry("ok", true);
        }
    }

    @Test
    @Tag("A5")
    void aTicketLetsInOnce() {
        var principal = ((Admission.Valid) node.bean(Tokens.class).principal(ANA)).principal();
        var issued =
                (Tickets.Issue.Issued) node.bean(Tickets.class).issue(principal, Tickets.Kind.ONCE);
        try (var client = open("/realtime?ticket=" + issued.ticket())) {
            assertThat(client.next()).containsEntry("push", "connected");
        }
        try (var client = open("/realtime?ticket=" + issued.ticket())) {
            assertThat(client.closed()).isEqualTo(4103);
        }
    }

    @Test
    void commandsSentBehindTheHandshakeWaitForTheTokenToBeJudged() {
        try (var client = open("/realtime", "Authorization: Bearer " + ANA)) {
            client.command("\"command\":\"subscribe\",\"channels\":[\"a\"]");
            assertThat(client.next()).containsEntry("push", "connected");
            assertThat(client.next()).containsEntry("reply", 1L).containsEntry("ok", true);
        }
    }

    @Test
    @Tag("A5")
    void aRefusedTokenUpgradesAndClosesWith4103() {
        try (var client = open("/realtime", "Authorization: Bearer nonsense")) {
            assertThat(client.status()).startsWith("HTTP/1.1 101");
            assertThat(client.next()).containsEntry("push", "error");
            assertThat(client.closed()).isEqualTo(4103);
        }
        try (var client = open()) {
            client.command("\"command\":\"connect\",\"token\":\"nonsense\"");
            assertThat(client.next()).containsEntry("ok", false);
            assertThat(client.closed()).isEqualTo(4103);
        }
    }

    @Test
    @Tag("B7")
    void aForeignPageIsRefusedBeforeTheUpgrade() {
        try (var client = open("/realtime", "Origin: https://evil.example.com")) {
            assertThat(client.status()).startsWith("HTTP/1.1 403");
            assertThat(client.body()).contains("origin_forbidden");
            assertThat(client.ended()).isTrue();
        }
        try (var client = open("/realtime", "Origin: https://app.example.com")) {
            assertThat(client.status()).startsWith("HTTP/1.1 101");
        }
    }

    @Test
    void whatIsNoUpgradeIsToldHow() {
        try (var client =
                RawWebSocket.request(
                        node.port(), "GET /realtime HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(client.status())
                    .startsWith("HTTP/1.1 426")
                    .contains("Sec-WebSocket-Version: 13");
            assertThat(client.body()).contains("upgrade_required");
        }
        try (var client =
                RawWebSocket.request(node.port(), upgrade("8", "dGhlIHNhbXBsZSBub25jZQ=="))) {
            assertThat(client.status()).startsWith("HTTP/1.1 426");
            assertThat(client.body()).contains("websocket_version");
        }
        try (var client = RawWebSocket.request(node.port(), upgrade("13", "short"))) {
            assertThat(client.status()).startsWith("HTTP/1.1 400");
            assertThat(client.body()).contains("websocket_key");
        }
    }

    private static String upgrade(String version, String key) {
        return "GET /realtime HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Upgrade: websocket\r\n"
                + "Connection: Upgrade\r\n"
                + "Sec-WebSocket-Version: "
                + version
                + "\r\nSec-WebSocket-Key: "
                + key
                + "\r\n\r\n";
    }

    @Test
    void noExtensionIsAgreedOn() {
        try (var client = open("/realtime", "Sec-WebSocket-Extensions: permessage-deflate")) {
            assertThat(client.status())
                    .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    .doesNotContainIgnoringCase("extensions");
        }
    }

    @Test
    void framesThatCameWithTheHandshakeAreNotLost() {
        try (var client =
                RawWebSocket.request(
                        node.port(),
                        upgrade("13", "dGhlIHNhbXBsZSBub25jZQ=="),
                        RawWebSocket.frame(0x81, bytes("{\"id\":1,\"command\":\"ping\"}")))) {
            assertThat(client.next()).containsEntry("reply", 1L);
        }
    }

    @Test
    void otherPathsStayWithMicronaut() {
        try (var client =
                RawWebSocket.request(
                        node.port(), "GET /realtimes HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(client.status()).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void theJdksOwnClientWorks() throws Exception {
        var texts = new LinkedBlockingQueue<String>();
        var listener =
                new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(
                            WebSocket socket, CharSequence text, boolean last) {
                        texts.add(text.toString());
                        socket.request(1);
                        return CompletableFuture.completedStage(null);
                    }
                };
        try (var http = HttpClient.newHttpClient()) {
            var socket =
                    http.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("ws://localhost:" + node.port() + "/realtime"),
                                    listener)
                            .get(10, TimeUnit.SECONDS);
            socket.sendText("{\"id\":1,\"command\":\"ping\"}", true).get(10, TimeUnit.SECONDS);
            assertThat(texts.poll(10, TimeUnit.SECONDS)).isEqualTo("{\"reply\":1,\"ok\":true}");
            socket.sendClose(1000, "bye").get(10, TimeUnit.SECONDS);
        }
    }

    // Frames.

    @Test
    void aMessageInFragmentsIsOneMessage() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x01, bytes("{\"id\":1,")));
            client.write(RawWebSocket.frame(0x89, bytes("between")));
            client.write(RawWebSocket.frame(0x00, bytes("\"command\":")));
            client.write(RawWebSocket.frame(0x80, bytes("\"ping\"}")));
            assertThat(client.frame())
                    .extracting(Frame::opcode, Frame::text)
                    .containsExactly(10, "between");
            assertThat(client.next()).containsEntry("reply", 1L).containsEntry("ok", true);
        }
    }

    @Test
    void aCharacterMayBeSplitBetweenFragments() {
        var text = bytes("{\"id\":1,\"command\":\"é\"}");
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x01, java.util.Arrays.copyOf(text, 20)));
            client.write(
                    RawWebSocket.frame(0x80, java.util.Arrays.copyOfRange(text, 20, text.length)));
            assertThat(client.next().toString()).contains("unknown_command");
        }
    }

    @Test
    void aFrameMayComeByteByByte() {
        try (var client = open()) {
            for (var single : RawWebSocket.frame(0x81, bytes("{\"id\":1,\"command\":\"ping\"}"))) {
                client.write(single);
            }
            assertThat(client.next()).containsEntry("reply", 1L);
        }
    }

    @Test
    void pingsAreAnsweredWithTheirPayload() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x89, bytes("x".repeat(125))));
            assertThat(client.frame())
                    .extracting(Frame::opcode, Frame::text)
                    .containsExactly(10, "x".repeat(125));
        }
    }

    @Test
    void binaryIsClosedWith4102() {
        assertThat(codeAfter(RawWebSocket.frame(0x82, bytes("{}")))).isEqualTo(4102);
    }

    @Test
    void aMessageOverTheLimitIsClosedWith4101() {
        assertThat(codeAfter(RawWebSocket.frame(0x81, new byte[65_537]))).isEqualTo(4101);
    }

    @Test
    void fragmentsOverTheLimitAreClosedWith4101() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x01, new byte[40_000]));
            client.write(RawWebSocket.frame(0x80, new byte[40_000]));
            assertThat(client.closed()).isEqualTo(4101);
        }
    }

    @Test
    void textThatIsNoUtf8IsClosedWith1007() {
        assertThat(codeAfter(RawWebSocket.frame(0x81, new byte[] {'"', (byte) 0xc3, '"'})))
                .isEqualTo(1007);
        assertThat(
                        codeAfter(
                                RawWebSocket.frame(
                                        0x81, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})))
                .isEqualTo(1007);
    }

    @Test
    void whatIsNotTheFramingProtocolIsClosedWith1002() {
        byte[] unmasked = {(byte) 0x81, 2, '{', '}'};
        byte[] reserved = RawWebSocket.frame(0xc1, bytes("{}"));
        byte[] opcode = RawWebSocket.frame(0x83, bytes("{}"));
        byte[] continuation = RawWebSocket.frame(0x80, bytes("{}"));
        byte[] fragmentedPing = RawWebSocket.frame(0x09, bytes("{}"));
        byte[] longPing = RawWebSocket.frame(0x89, new byte[126]);
        byte[] negative = {(byte) 0x81, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4};
        byte[] halfCode = RawWebSocket.frame(0x88, new byte[] {3});
        byte[] wrongCode = RawWebSocket.frame(0x88, new byte[] {0, 1});
        for (var bytes :
                List.of(
                        unmasked,
                        reserved,
                        opcode,
                        continuation,
                        fragmentedPing,
                        longPing,
                        negative,
                        halfCode,
                        wrongCode)) {
            assertThat(codeAfter(bytes)).isEqualTo(1002);
        }
    }

    @Test
    void aTextInTheMiddleOfATextIsClosedWith1002() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x01, bytes("{")));
            client.write(RawWebSocket.frame(0x81, bytes("{}")));
            assertThat(client.closed()).isEqualTo(1002);
        }
    }

    @Test
    void aCloseIsAnsweredAndTheChannelEnds() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x88, new byte[] {3, (byte) 0xe8}));
            assertThat(client.closed()).isEqualTo(1000);
            assertThat(client.ended()).isTrue();
        }
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x88, new byte[0]));
            assertThat(client.frame())
                    .extracting(Frame::opcode, Frame::text)
                    .containsExactly(8, "");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aClientThatAnswersOurCloseIsLetGoAtOnce() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x82, bytes("{}")));
            assertThat(client.closed()).isEqualTo(4102);
            client.write(RawWebSocket.frame(0x88, new byte[] {0x10, 0x06}));
            assertThat(client.ended()).isTrue();
        }
    }

    // Commands.

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

    private static int codeAfter(byte[] frame) {
        try (var client = open()) {
            client.write(frame);
            return client.closed();
        }
    }

    private static RawWebSocket open() {
        return open("/realtime");
    }

    private static RawWebSocket open(String target, String... headers) {
        return RawWebSocket.open(node.port(), target, headers);
    }

    private static RawWebSocket connected() {
        return RawWebSocket.connected(node, ANA);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
