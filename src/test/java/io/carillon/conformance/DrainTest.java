package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A node that goes away.
@Timeout(60)
@Tag("F7")
class DrainTest {
    private static final String ANA = TestNode.token("acme", "ana");

    @Test
    @Tag("B7")
    void drainTellsEverybodyWhenToComeBackThenClosesAndLetsNobodyIn() throws Exception {
        try (var node = TestNode.start()) {
            node.open("orders");
            try (var socket = RawWebSocket.connected(node, ANA);
                    var stream =
                            Transport.SSE.follow(node, ANA, List.of("orders"), null).subscribed()) {
                socket.subscribe("orders");
                var polled = node.cursor();
                var poll = poll(node, "&wait=20&cursor=" + polled);
                node.awaitConnections(3);
                var draining =
                        Thread.ofVirtual()
                                .start(() -> node.connections().drainAll(Duration.ofMillis(500)));

                assertThat((Long) socket.next().get("reconnectIn")).isBetween(0L, 500L);
                assertThat(stream.expect("drain")).containsKey("reconnectIn");
                assertThat(poll.join().statusCode()).isEqualTo(200);
                assertThat(socket.closed()).isEqualTo(4000);
                assertThat(stream.expect("closed")).containsEntry("code", 4000L);
                assertThat(stream.next()).containsEntry("push", "end");
                draining.join();
                assertThat(node.connections().count()).isZero();

                try (var late = RawWebSocket.open(node.port(), "/realtime")) {
                    assertThat(late.status()).startsWith("HTTP/1.1 503").contains("Retry-After");
                }
                var refused = get(node, "", "text/event-stream").join();
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                var answered = poll(node, "&wait=20&cursor=" + polled).join();
                assertThat(answered.statusCode())
                        .as("no polling client sees an error")
                        .isEqualTo(200);
                assertThat(answered.headers().firstValue("Connection")).contains("close");
            }
        }
    }

    @Test
    void aConnectionThatHasReachedItsAgeIsToldToComeBackAndClosed() {
        try (var node = TestNode.start("carillon.connection.max-age", "1s");
                var socket = RawWebSocket.connected(node, ANA)) {
            assertThat((Long) socket.next().get("reconnectIn")).isBetween(0L, 1_000L);
            assertThat(socket.closed()).isEqualTo(4000);
            assertThat(node.connections().welcome()).isTrue();
        }
    }

    private static CompletableFuture<HttpResponse<String>> poll(TestNode node, String more) {
        return get(node, more, "application/json");
    }

    private static CompletableFuture<HttpResponse<String>> get(
            TestNode node, String more, String accept) {
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://localhost:"
                                                + node.port()
                                                + "/events?channels=orders"
                                                + more))
                        .header("Authorization", "Bearer " + ANA)
                        .header("Accept", accept)
                        .build();
        return Transport.HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }
}
