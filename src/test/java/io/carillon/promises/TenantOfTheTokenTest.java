package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// Promise 5: the tenant comes from the token and from nowhere else. Which tokens are refused is
/// shown by `TokensTest`, that tenants never meet by `FollowingTest`; here everything else claims
/// another tenant.
@Tag("A5")
@Timeout(60)
class TenantOfTheTokenTest {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        node.open("news");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void noHeaderQueryOrMemberOfACommandNamesAnotherTenant() {
        var client =
                RawWebSocket.open(
                        node.port(),
                        "/realtime?tenant=globex",
                        "X-Tenant: globex",
                        "X-Tenant-Id: globex",
                        "Cookie: tenant=globex");
        try (client) {
            var token = TestNode.token("acme", "ana", "writer");
            assertThat(
                            client.ask(
                                    "\"command\":\"connect\",\"tenant\":\"globex\",\"token\":\""
                                            + token
                                            + "\""))
                    .containsEntry("ok", true);
            assertThat(
                            client.ask(
                                    "\"command\":\"subscribe\",\"tenant\":\"globex\",\"channels\":[\"news\"]"))
                    .containsEntry("ok", true);
            node.emit("globex", "news", "told", "\"theirs\"");
            node.emit("acme", "news", "told", "\"ours\"");
            assertThat(client.next().toString()).contains("ours").doesNotContain("theirs");
            // What it publishes stays at home too.
            try (var other = RawWebSocket.connected(node, TestNode.token("globex", "bo"))) {
                other.subscribe("news");
                client.ask(
                        "\"command\":\"publish\",\"tenant\":\"globex\",\"channel\":\"news\",\"type\":\"typed\",\"data\":{\"tenant\":\"globex\"}");
                assertThat(client.next().toString()).contains("ephemeral");
                node.emit("globex", "news", "told", "\"last\"");
                var heard = other.next().toString();
                while (heard.contains("theirs")) {
                    // Told just before it followed: its lane may have come to it just after.
                    heard = other.next().toString();
                }
                assertThat(heard).contains("last").doesNotContain("typed");
            }
        }
    }

    @Test
    void aPollThatClaimsAnotherTenantGetsItsOwn() throws Exception {
        var cursor = node.cursor();
        node.emit("globex", "news", "told", "\"theirs\"");
        node.emit("acme", "news", "told", "\"ours\"");
        var address =
                "http://localhost:%d/events?channels=news&tenant=globex&wait=20&cursor=%s"
                        .formatted(node.port(), cursor);
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(address))
                            .header("Authorization", "Bearer " + TestNode.token("acme", "ana"))
                            .header("Accept", "application/json")
                            .header("X-Tenant", "globex")
                            .build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).contains("ours").doesNotContain("theirs");
        }
    }

    @Test
    void noTenantIsTheTenantOfAll() {
        try (var client = RawWebSocket.connected(node, TestNode.token("acme", "ana"))) {
            client.subscribe("news");
            var star = RawWebSocket.open(node.port(), "/realtime");
            try (star) {
                var reply =
                        star.ask(
                                "\"command\":\"connect\",\"token\":\""
                                        + TestNode.token("*", "ana", "writer")
                                        + "\"");
                assertThat(reply).containsEntry("ok", false);
            }
        }
    }
}
