package io.carillon.transport.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.Standstill;
import io.carillon.conformance.TestNode;
import io.carillon.identity.NodeId;
import io.carillon.registry.Nodes;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/// Polls of one session that land on any node.
@Timeout(60)
@Tag("A8")
class RelayTest {
    private static final Object[] QUICK = {"carillon.registry.heartbeat", "100ms"};
    private static final String ANA = TestNode.token("acme", "ana", "writer");
    private static TestNode owner;
    private static TestNode other;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        owner = TestNode.start(QUICK);
        other = owner.beside(QUICK);
        owner.open("orders");
        know(other, owner);
    }

    @AfterAll
    static void stop() {
        other.close();
        owner.close();
        http.close();
    }

    private static void know(TestNode who, TestNode whom) {
        var id = whom.bean(NodeId.class);
        TestNode.await(() ->
                who.bean(Nodes.class).live().stream()
                        .anyMatch(one -> one.id().equals(id) && one.address() != null));
    }

    private static CompletableFuture<HttpResponse<String>> later(
            TestNode node, String sid, String body) {
        var address =
                "http://localhost:%d/socket.io/?EIO=4&transport=polling%s"
                        .formatted(node.port(), sid.isEmpty() ? "" : "&sid=" + sid);
        var request = HttpRequest.newBuilder(URI.create(address));
        if (!body.isEmpty()) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> send(TestNode node, String sid, String body) {
        return later(node, sid, body).join();
    }

    private static String open(TestNode node) {
        var opened = send(node, "", "").body();
        return opened.replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void aSessionIsServedThroughEveryNode() {
        var sid = open(owner);
        assertThat(send(other, sid, "40{\"token\":\"" + ANA + "\"}").body()).isEqualTo("ok");
        assertThat(send(other, sid, "").body()).startsWith("40{\"sid\":");
        for (var n = 0; n < 20; n++) {
            var waiting = later(n % 2 == 0 ? other : owner, sid, "");
            owner.emit("acme", "orders", "order.created", "{\"n\":" + n + "}");
            var heard = new StringBuilder(waiting.join().body());
            var told = Pattern.compile("\"n\": ?" + n + "}");
            while (!told.matcher(heard).find()) {
                heard.append(send(other, sid, "").body());
                assertThat(heard).doesNotContain("unknown");
            }
        }
        assertThat(send(other, sid, "420[\"ping\"]").body()).isEqualTo("ok");
        assertThat(send(other, sid, "").body()).startsWith("430[{\"ok\":true");
        // Whatever a client may post, through any node; this is no packet, so the session ends.
        var large = "4" + "x".repeat(90_000);
        assertThat(send(other, sid, large).body()).isEqualTo("ok");
        assertThat(send(other, sid, "").body()).isEqualTo("1");
        assertThat(send(other, sid, "").statusCode()).isEqualTo(400);
    }

    @Test
    void aPollThatIsCancelledAtAnotherNodeEndsTheSession() {
        var sid = open(owner);
        var sessions = owner.bean(Engine.class);
        var poll = later(other, sid, "");
        // What waits there can be taken back; before that there is nothing to take.
        var session = sessions.find(sid);
        TestNode.await(session::polled);
        poll.cancel(true);
        TestNode.await(() -> sessions.find(sid) == null);
        assertThat(send(other, sid, "").statusCode()).isEqualTo(400);
    }

    @Test
    void whoseOwnerHasGoneHearsItAtOnce() {
        var third = owner.beside(QUICK);
        know(other, third);
        var sid = open(third);
        var waiting = later(other, sid, "");
        third.stop();
        assertThat(waiting.join().body()).matches("1|.*Session ID unknown.*");
        try (var standstill = new Standstill()) {
            var took =
                    standstill.without(() ->
                            assertThat(send(other, sid, "").body()).contains("Session ID unknown"));
            assertThat(took).isLessThan(Duration.ofSeconds(2));
        }
        var nobodys = "A".repeat(44);
        assertThat(send(other, nobodys, "").body()).contains("Session ID unknown");
        third.close();
    }
}
