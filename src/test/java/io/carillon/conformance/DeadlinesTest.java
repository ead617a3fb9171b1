package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.util.List;

/// Deadlines, with short ones: pings, idle clients, tokens that end, half-open handshakes.
@Timeout(60)
@Aside
class DeadlinesTest {
    private static final String ANA = TestNode.token("acme", "ana");
    private static TestNode node;

    @BeforeAll
    static void start() {
        node =
                TestNode.start(
                        PostgresFixture.databaseAside(),
                        "carillon.auth.clock-skew",
                        "0s",
                        "carillon.connection.connect-timeout",
                        "1s",
                        "carillon.connection.ping-interval",
                        "1s",
                        "carillon.connection.idle-timeout",
                        "3s",
                        "carillon.connection.stall-timeout",
                        "1s",
                        "carillon.transport.handshake-timeout",
                        "1s",
                        "carillon.transport.close-timeout",
                        "200ms");
        node.open("orders", "flood");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "SSE"})
    void theServerPingsWithAFreshCursor(Transport transport) {
        try (var client = transport.follow(node, ANA, List.of("orders"), null).subscribed()) {
            node.emit("acme", "flood", "t", "{}");
            var ping = client.next();
            assertThat(ping).containsEntry("push", "ping");
            assertThat((String) ping.get("cursor")).startsWith("1").isEqualTo(client.cursor);
        }
    }

    @Test
    void aWebSocketThatAnswersNoPingIsClosedWith4002() {
        try (var client = RawWebSocket.connected(node, ANA)) {
            assertThat(client.closed()).isEqualTo(4002);
            // And one that does not answer the close either is let go.
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aStreamThatIsReadLivesOnAlthoughItsClientSaysNothing() {
        try (var client = Transport.SSE.follow(node, ANA, List.of("orders"), null).subscribed()) {
            for (var ping = 0; ping < 5; ping++) {
                assertThat(client.next()).containsEntry("push", "ping");
            }
        }
    }

    @Test
    void whoeverSendsNoTokenIsClosedWith4004() {
        try (var client = RawWebSocket.open(node.port(), "/realtime")) {
            assertThat(client.closed()).isEqualTo(4004);
        }
    }

    @Test
    void aChannelThatSendsNoRequestIsClosed() throws IOException {
        try (var silent = new Socket("localhost", node.port());
                var slow = new Socket("localhost", node.port())) {
            silent.setSoTimeout(20_000);
            slow.setSoTimeout(20_000);
            slow.getOutputStream().write("GET /realtime HTTP/1.1\r\nHost:".getBytes());
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    @Tag("A5")
    void anEndedTokenEndsTheConnection() {
        var soon = TestNode.tokenUntil("acme", "ana", Instant.now().plusSeconds(4));
        try (var client = RawWebSocket.connected(node, soon);
                var stream =
                        Transport.SSE.follow(node, soon, List.of("orders"), null).subscribed()) {
            var message = stream.next();
            while ("ping".equals(message.get("push"))) {
                message = stream.next();
            }
            assertThat(message)
                    .containsEntry("push", "closed")
                    .containsEntry("code", 4003L)
                    .containsEntry("reconnect", true);
            assertThat(stream.next()).containsEntry("push", "end");
            assertThat(client.closed()).isEqualTo(4003);
        }
    }

    @Test
    @Tag("F5")
    void aRefreshedTokenKeepsTheConnection() {
        var soon = TestNode.tokenUntil("acme", "ana", Instant.now().plusSeconds(4));
        try (var client = RawWebSocket.connected(node, soon)) {
            var reply = client.ask("\"command\":\"refresh\",\"token\":\"" + ANA + "\"");
            assertThat(reply).containsEntry("ok", true);
            // One a second at most, so the first token has ended.
            for (var ping = 0; ping < 6; ping++) {
                assertThat(client.nextOrPing()).containsEntry("push", "ping");
            }
        }
    }

    @Test
    @Tag("F6")
    void whoeverIsOwedEventsAndReadsNothingIsClosed() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        try (var slow = RawWebSocket.open(socket, node.port(), "/realtime")) {
            slow.ask("\"command\":\"connect\",\"token\":\"" + ANA + "\"");
            slow.subscribe("flood");
            var filler = "x".repeat(100_000);
            node.sql(
                    "select carillon.emit('acme', 'flood', 't', to_jsonb('%s'::text)) from generate_series(1, 80)"
                            .formatted(filler));
            // Its close frame stands behind what it does not read, so the channel just ends.
            node.awaitConnections(0);
        }
    }
}
