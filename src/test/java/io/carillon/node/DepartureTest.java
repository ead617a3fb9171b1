package io.carillon.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.sql.SQLException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// How a node goes: the order that a balancer and its clients see.
@Timeout(60)
@Tag("F7")
@Tag("B7")
class DepartureTest {
    private static final String ANA = TestNode.token("acme", "ana");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void readinessGoesFirstAndUntilTheNoticeIsOverEverythingIsServedAsBefore() throws Exception {
        try (var node =
                TestNode.start("carillon.drain.notice", "2m", "carillon.drain.spread", "0s")) {
            node.open("news");
            assertThat(get(node, "/health/readiness").statusCode()).isEqualTo(200);
            var departure = node.bean(Departure.class);
            var leaving = leave(departure);
            while (get(node, "/health/readiness").statusCode() != 503) {
                Thread.onSpinWait();
            }
            assertThat(get(node, "/health/liveness").statusCode()).isEqualTo(200);
            var polled = get(node, "/events?channels=news");
            assertThat(polled.statusCode()).isEqualTo(200);
            assertThat(polled.headers().firstValue("Connection")).isEmpty();
            assertThat(node.connections().welcome()).isTrue();

            departure.hurry();
            leaving.join();
            while (!refused(node)) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aRequestUnderWayIsAnsweredAlthoughThePortIsClosedAlready() throws Exception {
        var fresh = PostgresFixture.freshDatabase();
        try (var node =
                        TestNode.start(
                                fresh,
                                "carillon.drain.notice",
                                "0s",
                                "carillon.drain.spread",
                                "0s");
                var blocker = fresh.asSuperuser()) {
            blocker.setAutoCommit(false);
            run(blocker, "lock table carillon.ticket in access exclusive mode");
            var ticket =
                    HttpRequest.newBuilder(uri(node, "/api/tickets"))
                            .header("Authorization", "Bearer " + ANA)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build();
            var answer = http.sendAsync(ticket, HttpResponse.BodyHandlers.ofString());
            while (!"1".equals(node.ask(WAITING))) {
                Thread.onSpinWait();
            }
            var leaving = leave(node.bean(Departure.class));
            while (!refused(node)) {
                Thread.onSpinWait();
            }
            assertThat(leaving.isAlive()).as("it waits for the request").isTrue();

            blocker.rollback();
            assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isBetween(200, 299);
            leaving.join();
        }
    }

    private static final String WAITING =
            "select count(*) from pg_stat_activity where application_name = 'carillon pool'"
                    + " and wait_event_type = 'Lock' and datname = current_database()";

    @Test
    @Tag("A4")
    void whoPollsGetsAnswersUntilThePortIsClosed() throws Exception {
        try (var node =
                TestNode.start(
                        "carillon.drain.notice", "300ms", "carillon.drain.spread", "500ms")) {
            node.open("news");
            var poll = "/events?channels=news&wait=20&cursor=" + node.cursor();
            // One waits already, however late the next is.
            var waiting = http.sendAsync(asking(node, poll), HttpResponse.BodyHandlers.ofString());
            node.awaitFollower();
            var leaving = leave(node.bean(Departure.class));
            assertThat(waiting.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            try {
                while (true) {
                    assertThat(get(node, poll).statusCode()).isEqualTo(200);
                }
            } catch (ConnectException closed) {
                leaving.join();
            }
        }
    }

    @Test
    void whoIsConnectedIsToldWhenToComeBackAndClosedWithACode() throws Exception {
        try (var node =
                TestNode.start("carillon.drain.notice", "0s", "carillon.drain.spread", "0s")) {
            var heard = new LinkedBlockingQueue<String>();
            var socket =
                    http.newWebSocketBuilder()
                            .header("Authorization", "Bearer " + ANA)
                            .buildAsync(
                                    URI.create("ws://127.0.0.1:" + node.port() + "/realtime"),
                                    listener(heard))
                            .join();
            assertThat(heard.take()).contains("connected");
            var leaving = leave(node.bean(Departure.class));
            assertThat(heard.take()).contains("\"push\":\"drain\"");
            assertThat(heard.take()).isEqualTo("closed 4000");
            leaving.join();
            socket.abort();
        }
    }

    private static WebSocket.Listener listener(LinkedBlockingQueue<String> heard) {
        return new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                if (!text.toString().contains("\"push\":\"ping\"")) {
                    heard.add(text.toString());
                }
                socket.request(1);
                return null;
            }

            @Override
            public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                heard.add("closed " + code);
                return null;
            }
        };
    }

    private static Thread leave(Departure departure) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        departure.leave();
                    } catch (InterruptedException over) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private HttpResponse<String> get(TestNode node, String path) throws Exception {
        return http.send(asking(node, path), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest asking(TestNode node, String path) {
        return HttpRequest.newBuilder(uri(node, path))
                .header("Authorization", "Bearer " + ANA)
                .header("Accept", "application/json")
                .build();
    }

    private static URI uri(TestNode node, String path) {
        return URI.create("http://127.0.0.1:" + node.port() + path);
    }

    private static boolean refused(TestNode node) throws IOException {
        try (var socket = new Socket("127.0.0.1", node.port())) {
            return !socket.isConnected();
        } catch (ConnectException closed) {
            return true;
        } catch (SocketException closing) {
            // Taken in just before the port closed, and not accepted any more.
            return false;
        }
    }

    private static void run(java.sql.Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
