package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.identity.NodeId;
import io.carillon.tail.Tail;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// Promise 7: losing the node, LISTEN or Postgres for a while loses nothing that was committed.
/// Lost single connections are shown by `TailTest`, all of it together by `OracleTest`.
@Tag("A6")
@Timeout(180)
@Aside
class NothingLostTest {
    private static Scene scene;

    @BeforeAll
    static void start() throws Exception {
        scene = Scene.shared();
    }

    @Test
    void aClientThatIsConnectedWhilePostgresIsKilledMissesNothing() throws Exception {
        try (var page = scene.page("killed", null, "news").live()) {
            for (var round = 0; round < 2; round++) {
                scene.emit("killed", 10 * round + 1, 10 * round + 2);
                scene.killPostgres();
                scene.emit("killed", 10 * round + 3);
                assertThat(page.hear(3))
                        .containsExactly(
                                "" + (10 * round + 1),
                                "" + (10 * round + 2),
                                "" + (10 * round + 3));
            }
        }
    }

    @Test
    void aClientThatComesBackToANodeThatWasAwayMissesNothing() throws Exception {
        String cursor;
        try (var page = scene.page("restarted", null, "news").live()) {
            scene.emit("restarted", 1);
            assertThat(page.hear(1)).containsExactly("1");
            cursor = page.cursor;
        }
        scene.stopNode();
        scene.emit("restarted", 2);
        scene.startNode();
        scene.emit("restarted", 3);
        try (var page = scene.page("restarted", cursor, "news")) {
            assertThat(page.hear(2)).containsExactly("2", "3");
        }
    }

    @Test
    void whereListenIsSwallowedTheNodePollsAndSaysSo() throws Exception {
        try (var proxy = new ForgetfulProxy(scene.postgres().port(), true)) {
            scene.stopNode();
            scene.startNodeAt(proxy.port());
            try (var page = scene.page("deaf", null, "news").live()) {
                // Whoever follows may be served before the tail has come to its first pause.
                Scene.await("it polls", () -> scene.bean(Tail.class).state() == Tail.State.POLLING);
                assertThat(
                                scene.one(
                                        "select listening from carillon.node where id = '"
                                                + scene.bean(NodeId.class).value()
                                                + "'"))
                        .isEqualTo("f");
                assertThat(health()).contains("\"listen\":false").contains("\"tail\":\"polling\"");
                scene.emit("deaf", 1, 2);
                assertThat(page.hear(2)).containsExactly("1", "2");
            }
            assertThat(scene.one("select string_agg(problem, ' ') from carillon.doctor()"))
                    .containsIgnoringCase("listen");
        } finally {
            scene.stopNode();
            scene.startNode();
        }
    }

    @Test
    void aBellThatFallsSilentIsNoticedAndMeanwhileNothingIsLost() throws Exception {
        try (var proxy = new ForgetfulProxy(scene.postgres().port(), false)) {
            scene.stopNode();
            scene.startNodeAt(proxy.port());
            try (var page = scene.page("silent", null, "news").live()) {
                Scene.await("it sleeps", () -> scene.bean(Tail.class).state() == Tail.State.ASLEEP);
                proxy.forget(true);
                scene.emit("silent", 1);
                assertThat(page.hear(1)).containsExactly("1");
                // Its next self-test fails; it connects again, and then knows.
                Scene.await("it polls", () -> scene.bean(Tail.class).state() == Tail.State.POLLING);
                scene.emit("silent", 2);
                assertThat(page.hear(1)).containsExactly("2");
            }
        } finally {
            scene.stopNode();
            scene.startNode();
        }
    }

    private static String health() throws Exception {
        var address = URI.create("http://localhost:" + scene.nodePort() + "/health");
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(address)
                            .header(
                                    "Authorization",
                                    "Bearer "
                                            + io.carillon.conformance.TestNode.token("deaf", "ana"))
                            .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
