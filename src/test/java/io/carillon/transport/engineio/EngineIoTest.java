package io.carillon.transport.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;
import io.carillon.transport.socketio.Fixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// Engine.IO 4 by its document, on the fixture: handshake, payloads, heartbeat, upgrade, ends.
@Timeout(60)
class EngineIoTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String POLLING = "?EIO=4&transport=polling";
    private static final String SOCKET = "/engine.io/?EIO=4&transport=websocket";

    private static final Duration PINGS = Duration.ofMillis(300);

    private Fixture fixture;

    @BeforeEach
    void start() {
        fixture = Fixture.patient();
    }

    private void instead(Fixture other) {
        fixture.close();
        fixture = other;
    }

    /// One that pings soon, and waits so long for the answer.
    private static Fixture pinging(int seconds) {
        var patience = Duration.ofSeconds(seconds);
        return new Fixture(0, PINGS, patience, patience);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(
                URI.create("http://localhost:" + fixture.port() + "/engine.io/" + query));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        return sendAsync(request).join();
    }

    private CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return HTTP.sendAsync(
                request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private String open() {
        var body = send(request(POLLING)).body();
        var sid = Pattern.compile("\"sid\":\"([^\"]+)\"").matcher(body);
        assertThat(sid.find()).isTrue();
        return POLLING + "&sid=" + sid.group(1);
    }

    private static String sid(String session) {
        return session.substring(session.indexOf("&sid=") + 5);
    }

    private HttpResponse<String> poll(String session) {
        return send(request(session));
    }

    private HttpResponse<String> post(String session, String payload) {
        return send(request(session).POST(BodyPublishers.ofString(payload)));
    }

    private RawWebSocket socket(String more) {
        return RawWebSocket.open(fixture.port(), SOCKET + more);
    }

    private static String text(RawWebSocket socket) {
        while (true) {
            var frame = socket.frame();
            if (frame.opcode() == 8) {
                return "closed " + frame.closeCode();
            }
            if (!frame.text().equals("2")) {
                return frame.text();
            }
        }
    }

    @Test
    void theHandshakeSaysEverything() {
        instead(new Fixture(0));
        var answer = send(request(POLLING));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type"))
                .hasValue("text/plain; charset=UTF-8");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(answer.body())
                .matches(
                        "0\\{\"sid\":\"[A-Za-z0-9_-]{44}\",\"upgrades\":\\[\"websocket\"],"
                            + "\"pingInterval\":300,\"pingTimeout\":200,\"maxPayload\":1000000}");
        try (var socket = socket("")) {
            assertThat(text(socket)).contains("\"upgrades\":[]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,?transport=polling,400,5",
        "GET,?EIO=3&transport=polling,400,5",
        "GET,?EIO=4,400,0",
        "GET,?EIO=4&transport=pigeon,400,0",
        "POST,?EIO=4&transport=polling,400,2",
        "PUT,?EIO=4&transport=polling,400,2",
        "GET,?EIO=4&transport=websocket,400,3",
        "GET,?EIO=4&transport=polling&sid=unknown,400,1",
        "POST,?EIO=4&transport=polling&sid=unknown,400,1",
        "DELETE,?EIO=4&transport=polling&sid=unknown,400,3"
    })
    void refusalsHaveTheProtocolsNumbers(String method, String query, int status, int code) {
        var answer = send(request(query).method(method, BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"code\":" + code + ",\"message\":\"");
    }

    @Test
    void payloadsComeBackAsTheyWent() {
        var session = open();
        assertThat(post(session, "4täst\u001e4two\u001ebAQIDBA==").body()).isEqualTo("ok");
        assertThat(poll(session).body()).isEqualTo("4täst\u001e4two\u001ebAQIDBA==");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "2", "0", "4ok\u001e", "b!!!"})
    void whatIsNoPayloadEndsTheSession(String payload) {
        var session = open();
        assertThat(post(session, payload).statusCode()).isEqualTo(400);
        assertThat(poll(session).statusCode()).isEqualTo(400);
    }

    @Test
    void textThatIsNotUtf8EndsTheSession() {
        var session = open();
        var bytes = new byte[] {'4', (byte) 0xc3, 0x28};
        assertThat(send(request(session).POST(BodyPublishers.ofByteArray(bytes))).statusCode())
                .isEqualTo(400);
        assertThat(poll(session).statusCode()).isEqualTo(400);
    }

    @Test
    void aPayloadHasABound() {
        var session = open();
        assertThat(post(session, "4" + "x".repeat(999_999)).statusCode()).isEqualTo(200);
        assertThat(post(session, "4" + "x".repeat(1_000_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void twoPollsAtOnceEndTheSession() {
        var session = open();
        var first = sendAsync(request(session));
        var second = poll(session);
        // Whichever came first is told to close, and the other refused.
        var answers = java.util.List.of(first.join(), second);
        assertThat(answers.stream().map(HttpResponse::statusCode))
                .containsExactlyInAnyOrder(200, 400);
        assertThat(answers.stream().map(HttpResponse::body)).contains("1");
        assertThat(poll(session).statusCode()).isEqualTo(400);
    }

    @Test
    void aCancelledPollEndsTheSession() throws IOException {
        var session = open();
        var begun = System.nanoTime();
        try (var client = new Socket("localhost", fixture.port())) {
            var request = "GET /engine.io/" + session + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        }
        while (fixture.engineSessions() > 0 && !Thread.interrupted()) {
            LockSupport.parkNanos(1_000_000);
        }
        // Its heartbeat would end it so late.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        assertThat(poll(session).statusCode()).isEqualTo(400);
    }

    @Test
    void theServerPingsAndWhoDoesNotAnswerIsGone() {
        instead(pinging(3));
        var session = open();
        assertThat(poll(session).body()).isEqualTo("2");
        assertThat(post(session, "3").statusCode()).isEqualTo(200);
        assertThat(poll(session).body()).isEqualTo("2");
        // No pong: what comes next is the end, or has come already.
        assertThat(poll(session).body()).matches("1|.*Session ID unknown.*");
        try (var socket = socket("")) {
            assertThat(text(socket)).startsWith("0");
            assertThat(text(socket)).isEqualTo("closed 4002");
        }
    }

    @Test
    void whoeverClosesIsAnsweredOnceMore() {
        var session = open();
        var waiting = sendAsync(request(session));
        TestNode.await(fixture.echoing().find(sid(session))::polled);
        assertThat(post(session, "1").body()).isEqualTo("ok");
        assertThat(waiting.join().body()).isEqualTo("6");
        assertThat(poll(session).statusCode()).isEqualTo(400);
    }

    @Test
    void aSessionMovesToAWebSocketWithWhatWaitsForIt() {
        var session = open();
        post(session, "4before");
        try (var socket = socket(session.substring(session.indexOf("&sid")))) {
            socket.send("2probe");
            assertThat(text(socket)).isEqualTo("3probe");
            assertThat(poll(session).body()).isEqualTo("4before");
            assertThat(poll(session).body()).isEqualTo("6");
            post(session, "4meanwhile");
            socket.send("5");
            socket.send("4after");
            assertThat(text(socket)).isEqualTo("4meanwhile");
            assertThat(text(socket)).isEqualTo("4after");
            assertThat(poll(session).statusCode()).isEqualTo(400);
            assertThat(post(session, "4late").statusCode()).isEqualTo(400);
            try (var second = socket(session.substring(session.indexOf("&sid")))) {
                assertThat(text(second)).isEqualTo("closed 1000");
            }
            socket.send("4still");
            assertThat(text(socket)).isEqualTo("4still");
        }
    }

    @Test
    void whoeverProbesInAnotherWayStaysWithPolling() {
        var session = open();
        try (var socket = socket(session.substring(session.indexOf("&sid")))) {
            socket.send("4hello");
            assertThat(text(socket)).isEqualTo("closed 1000");
        }
        post(session, "4still");
        assertThat(poll(session).body()).isEqualTo("4still");
    }

    /// Nobody has heard yet that this is a WebSocket, and the session may be another loop's.
    @Test
    void whatIsSentRightBehindAProbesHandshakeEndsTheProbe() {
        var session = open();
        var request =
                ("GET %s%s HTTP/1.1\r\n"
                                + "Host: localhost\r\n"
                                + "Upgrade: websocket\r\n"
                                + "Connection: Upgrade\r\n"
                                + "Sec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .formatted(SOCKET, session.substring(session.indexOf("&sid")));
        var frames = new ByteArrayOutputStream();
        for (var message : java.util.List.of("2probe", "5", "4early")) {
            frames.writeBytes(
                    RawWebSocket.frame(0x81, message.getBytes(StandardCharsets.US_ASCII)));
        }
        try (var socket = RawWebSocket.request(fixture.port(), request, frames.toByteArray())) {
            assertThat(socket.status()).startsWith("HTTP/1.1 101");
            assertThat(text(socket)).isEqualTo("closed 1000");
        }
        post(session, "4still");
        assertThat(poll(session).body()).isEqualTo("4still");
    }

    @Test
    void aFaultOfOneSessionDoesNotStopTheClockOfTheOthers() {
        instead(pinging(3));
        // On both loops.
        try (var faulty = socket("");
                var neighbour = socket("");
                var third = socket("");
                var fourth = socket("")) {
            faulty.send("4fault");
            assertThat(text(faulty)).startsWith("0");
            assertThat(text(faulty)).isEqualTo("4fault");
            assertThat(text(faulty)).isEqualTo("closed 4005");
            for (var other : java.util.List.of(neighbour, third, fourth)) {
                assertThat(text(other)).startsWith("0");
                assertThat(text(other)).as("its heartbeat goes on").isEqualTo("closed 4002");
            }
        }
    }

    @Test
    void aProbeThatIsNotFollowedEnds() {
        instead(pinging(20));
        var session = open();
        try (var socket = socket(session.substring(session.indexOf("&sid")))) {
            socket.send("2probe");
            assertThat(text(socket)).isEqualTo("3probe");
            var heard = new ArrayList<String>();
            while (Collections.frequency(heard, "2") < 2) {
                heard.add(poll(session).body());
                if (heard.getLast().equals("2")) {
                    post(session, "3");
                }
            }
            assertThat(heard).contains("6").containsOnly("2", "6");
            assertThat(text(socket)).isEqualTo("closed 1000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "2", "0"})
    void whatIsNoPacketEndsTheSocket(String message) {
        try (var socket = socket("")) {
            assertThat(text(socket)).startsWith("0");
            socket.send(message);
            assertThat(text(socket)).isEqualTo("closed 4100");
        }
    }

    @Test
    void aSocketSendsTextAndBytes() {
        try (var socket = socket("")) {
            assertThat(text(socket)).startsWith("0");
            socket.write(RawWebSocket.frame(0x82, new byte[] {1, 2, 3}));
            assertThat(socket.frame().payload()).containsExactly(1, 2, 3);
            socket.send("1");
            assertThat(text(socket)).isEqualTo("closed 1000");
        }
    }

    @Test
    void pagesFromElsewhereAreRefused() {
        var foreign = request(POLLING).header("Origin", "https://evil.example.com");
        assertThat(send(foreign).statusCode()).isEqualTo(403);
        var ours = send(request(POLLING).header("Origin", "https://app.example.com"));
        assertThat(ours.statusCode()).isEqualTo(200);
        assertThat(ours.headers().firstValue("access-control-allow-origin"))
                .hasValue("https://app.example.com");
        assertThat(ours.headers().firstValue("vary")).hasValue("origin");
        try (var socket =
                RawWebSocket.open(fixture.port(), SOCKET, "Origin: https://evil.example.com")) {
            assertThat(socket.status()).startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void browsersAreToldWhatPagesMaySend() {
        var asked =
                request(POLLING)
                        .header("Origin", "https://app.example.com")
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "content-type")
                        .method("OPTIONS", BodyPublishers.noBody());
        var answer = send(asked);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("access-control-allow-headers"))
                .hasValue("content-type");
    }

    @Test
    void whoeverPipelinesIsClosed() {
        var session = open();
        var poll = "GET /engine.io/" + session + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (var client = RawWebSocket.request(fixture.port(), poll + poll)) {
            assertThat(client.status()).isEmpty();
        }
    }
}
