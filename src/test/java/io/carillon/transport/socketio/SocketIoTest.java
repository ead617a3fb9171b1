package io.carillon.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket;
import io.carillon.wire.socketio.PacketMaker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;

/// Socket.IO 5 by its document, on the fixture.
@Timeout(120)
class SocketIoTest {
    private static final String PATH = "/socket.io/?EIO=4&transport=";

    /// Each is thirty packets or payloads.
    private static final int WIRE_SEEDS = Integer.getInteger("carillon.fuzz.clients", 150);

    private static final Duration PINGS = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Fixture fixture;

    @BeforeEach
    void start() {
        fixture = Fixture.patient();
    }

    private void instead(Fixture other) {
        fixture.close();
        fixture = other;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private RawWebSocket open() {
        var socket = RawWebSocket.open(fixture.port(), PATH + "websocket");
        assertThat(next(socket)).startsWith("0{");
        return socket;
    }

    private RawWebSocket connected() {
        var socket = open();
        socket.send("40");
        assertThat(next(socket)).startsWith("40{\"sid\":");
        assertThat(next(socket)).isEqualTo("42[\"auth\",{}]");
        return socket;
    }

    /// @return the next message; pings are answered
    private static String next(RawWebSocket socket) {
        while (true) {
            var frame = socket.frame();
            switch (frame.opcode()) {
                case 8 -> {
                    return "closed " + frame.closeCode();
                }
                case 2 -> {
                    return "bytes " + frame.payload().length;
                }
                default -> {
                    if (!frame.text().equals("2")) {
                        return frame.text();
                    }
                    socket.send("3");
                }
            }
        }
    }

    @Test
    void namespacesAreEnteredWithWhatTheClientBrings() {
        try (var socket = open()) {
            socket.send("40/custom,{\"token\":\"abc\"}");
            assertThat(next(socket)).matches("40/custom,\\{\"sid\":\"[^\"]+\"}");
            assertThat(next(socket)).isEqualTo("42/custom,[\"auth\",{\"token\":\"abc\"}]");
            socket.send("40");
            assertThat(next(socket)).startsWith("40{");
            assertThat(next(socket)).isEqualTo("42[\"auth\",{}]");
            socket.send("40/random");
            assertThat(next(socket)).isEqualTo("44/random,{\"message\":\"Invalid namespace\"}");
        }
    }

    @Test
    void whoLeavesOneNamespaceStaysInTheOthers() {
        try (var socket = connected()) {
            socket.send("40/custom,");
            next(socket);
            next(socket);
            socket.send("41/custom,");
            // Nobody is there to hear it.
            socket.send("42/custom,[\"message\",1]");
            socket.send("42[\"message\",2]");
            assertThat(next(socket)).isEqualTo("42[\"message-back\",2]");
        }
    }

    @Test
    void whoIsNowhereIsClosedAfterTheDeadline() {
        instead(new Fixture(0, PINGS, PATIENCE, Duration.ofSeconds(2)));
        try (var socket = open()) {
            assertThat(next(socket)).isEqualTo("closed 4004");
        }
        try (var socket = connected()) {
            socket.send("41");
            assertThat(next(socket)).isEqualTo("closed 4004");
        }
    }

    @Test
    void whoIsLetInNowhereIsClosedAfterTheDeadlineHoweverOftenItAsks() {
        instead(new Fixture(0, PINGS, PATIENCE, Duration.ofSeconds(2)));
        try (var socket = open()) {
            var pings = 0;
            var frame = socket.frame();
            while (frame.opcode() != 8 && pings < 20) {
                if (frame.text().equals("2")) {
                    pings++;
                    socket.send("3");
                    socket.send("40/refusing,");
                }
                frame = socket.frame();
            }
            assertThat(frame.opcode()).as("it is closed").isEqualTo(8);
            assertThat(frame.closeCode()).isEqualTo(4004);
        }
    }

    @Test
    void whoComesAndGoesTooFastIsClosed() {
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (http) {
            var sid =
                    send(http, PATH + "polling", null).replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
            var pairs = "40\u001e41\u001e".repeat(1_000);
            send(http, PATH + "polling&sid=" + sid, pairs.substring(0, pairs.length() - 1));
            assertThat(send(http, PATH + "polling&sid=" + sid, null)).endsWith("\u001e1");
            assertThat(send(http, PATH + "polling&sid=" + sid, null)).contains("unknown");
        }
    }

    @Test
    void eventsAreAnsweredUnderTheirNumber() {
        try (var socket = connected()) {
            socket.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]");
            assertThat(next(socket)).isEqualTo("43456[1,\"2\",{\"3\":[false]}]");
        }
    }

    @Test
    void bytesTravelBesideTheirPacket() {
        try (var socket = connected()) {
            var places = "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}";
            socket.send("452-789[\"message-with-ack\"," + places + "]");
            socket.write(RawWebSocket.frame(0x82, new byte[3]));
            socket.write(RawWebSocket.frame(0x82, new byte[200]));
            assertThat(next(socket)).isEqualTo("462-789[" + places + "]");
            assertThat(next(socket)).isEqualTo("bytes 3");
            assertThat(next(socket)).isEqualTo("bytes 200");
        }
    }

    @Test
    void theServerAsksAndHearsTheAnswerOrThatThereIsNone() {
        try (var socket = connected()) {
            socket.send("42[\"ask-me\",\"why\"]");
            assertThat(next(socket)).isEqualTo("421[\"question\",\"why\"]");
            socket.send("431[\"because\",42]");
            assertThat(next(socket)).isEqualTo("42[\"answered\",\"because\",42]");
            socket.send("42[\"ask-me\"]");
            assertThat(next(socket)).isEqualTo("422[\"question\"]");
            assertThat(next(socket)).isEqualTo("42[\"unanswered\"]");
            // Too late, and not for anybody.
            socket.send("432[1]");
            socket.send("4399[1]");
            socket.send("42[\"message\"]");
            assertThat(next(socket)).isEqualTo("42[\"message-back\"]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"4abc", "42{}", "42abc[\"a\"]", "4", "44{}", "42[\"connect\"]"})
    void whoeverBreaksTheProtocolIsClosed(String message) {
        try (var socket = connected()) {
            socket.send(message);
            assertThat(next(socket)).isEqualTo("closed 4100");
        }
    }

    @Test
    void bytesWithoutAPacketCloseToo() {
        try (var socket = connected()) {
            socket.write(RawWebSocket.frame(0x82, new byte[3]));
            assertThat(next(socket)).isEqualTo("closed 4100");
        }
    }

    @Test
    void packetsFromASeedTouchNobodyElse() throws InterruptedException {
        instead(new Fixture(0, PINGS, Duration.ofSeconds(5), Duration.ofSeconds(5)));
        try (var neighbour = connected()) {
            // As a client does, it reads all the time and answers pings, however long others take.
            var heard = new LinkedBlockingQueue<String>();
            Thread.ofVirtual().start(() -> listen(neighbour, heard));
            for (var seed = 0; seed < WIRE_SEEDS; seed++) {
                bother(new PacketMaker(seed), seed % 3 == 0);
                neighbour.send("42[\"message\"," + seed + "]");
                assertThat(heard.take()).isEqualTo("42[\"message-back\"," + seed + "]");
            }
            // Nobody who was bothered stays: by fault, by closing, at last by heartbeat.
            for (var last = 0; fixture.socketSessions() > 0; last++) {
                neighbour.send("42[\"message\"," + last + "]");
                assertThat(heard.take()).isEqualTo("42[\"message-back\"," + last + "]");
            }
        }
    }

    private static void listen(RawWebSocket socket, Queue<String> heard) {
        try {
            var message = "";
            while (!message.startsWith("closed")) {
                message = next(socket);
                heard.add(message);
            }
        } catch (UncheckedIOException closed) {
            // The test is over.
        }
    }

    private void bother(PacketMaker maker, boolean polling) {
        if (polling) {
            post(maker);
            return;
        }
        try (var socket = connected()) {
            for (var count = 0; count < 30; count++) {
                if (maker.chance(5)) {
                    socket.write(RawWebSocket.frame(0x82, maker.bytes()));
                } else {
                    socket.send((maker.chance(20) ? "" : "4") + maker.packet());
                }
            }
        } catch (UncheckedIOException closed) {
            // As it should be.
        }
    }

    private void post(PacketMaker maker) {
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (http) {
            var opened = send(http, PATH + "polling", null);
            var sid = opened.replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
            for (var count = 0; count < 30; count++) {
                var payload = maker.chance(2) ? "4" + maker.packet() : maker.payload();
                send(http, PATH + "polling&sid=" + sid, payload);
            }
        }
    }

    private String send(HttpClient http, String path, String payload) {
        var request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + fixture.port() + path));
        if (payload != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(payload, StandardCharsets.UTF_8));
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
