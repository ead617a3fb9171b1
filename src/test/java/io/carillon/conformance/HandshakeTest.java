package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.auth.Admission;
import io.carillon.auth.Tickets;
import io.carillon.auth.Tokens;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// How a `/realtime` connection begins.
@Timeout(60)
class HandshakeTest {
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

    private static RawWebSocket open() {
        return open("/realtime");
    }

    private static RawWebSocket open(String target, String... headers) {
        return RawWebSocket.open(node.port(), target, headers);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
