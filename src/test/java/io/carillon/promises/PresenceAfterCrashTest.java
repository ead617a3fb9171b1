package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;
import io.carillon.identity.NodeId;
import io.carillon.registry.Registry;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Postgres is killed: who was there is there again, and whose node died in the same moment is not.
@Tag("A6")
@Timeout(120)
class PresenceAfterCrashTest {
    private static final Object[] QUICK = {
        "carillon.presence.settle", "4s",
        "carillon.presence.grace", "2s",
        "carillon.presence.gather", "20ms"
    };

    @Test
    void followersGetAFreshListWithoutThoseWhoseNodeDiedInTheSameMoment() throws Exception {
        try (var scene = new Scene()) {
            scene.startNode(QUICK);
            scene.sql("select carillon.rule('hall')");
            scene.sql("select carillon.show_presence('hall')");
            var survivor = scene.nodePort();
            var registry = scene.bean(Registry.class);
            try (var other = scene.secondNode(QUICK);
                    var ana = come(survivor, "ana");
                    var bob = come(survivor, "bob");
                    var ghost = come(Scene.port(other), "ghost")) {
                awaitMembers(ana, "ana", "bob", "ghost");
                stopHeart(other.getBean(NodeId.class));
                scene.killPostgres();
                var fresh = presence(ana);
                while (!fresh.containsKey("members")) {
                    // Nobody left in between: not even for the moment in which the table was empty.
                    assertThat(fresh.get("changes").toString()).doesNotContain("leave");
                    fresh = presence(ana);
                }
                assertThat(users(fresh)).containsExactly("ana", "bob");
                assertThat(registry.losses()).isEqualTo(1);
                try (var cy = come(survivor, "cy")) {
                    assertThat(presence(ana).get("changes").toString()).contains("user=cy");
                    assertThat(cy.ask("\"command\":\"ping\"")).containsEntry("ok", true);
                }
                assertThat(List.of(bob, ghost)).hasSize(2);
            }
        }
    }

    private static void stopHeart(NodeId node) {
        for (var thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("carillon-registry-" + node.value())) {
                thread.interrupt();
            }
        }
    }

    private static RawWebSocket come(int port, String user) {
        var client = RawWebSocket.open(port, "/realtime");
        client.ask("\"command\":\"connect\",\"token\":\"" + TestNode.token("acme", user) + "\"");
        while (!Boolean.TRUE.equals(
                client.ask("\"command\":\"subscribe\",\"presence\":true,\"channels\":[\"hall\"]")
                        .get("ok"))) {
            // The node has not read the rule yet. Whoever asks too fast is closed.
            assertThat(Thread.interrupted()).isFalse();
            LockSupport.parkNanos(20_000_000);
        }
        return client;
    }

    private static Map<String, Object> presence(RawWebSocket client) {
        var push = client.next();
        while (!"presence".equals(push.get("push"))) {
            push = client.next();
        }
        return push;
    }

    private static void awaitMembers(RawWebSocket client, String... users) {
        var wanted = new java.util.TreeSet<>(List.of(users));
        var here = new java.util.TreeSet<String>();
        while (!here.equals(wanted)) {
            var push = presence(client);
            if (push.containsKey("members")) {
                here.addAll(users(push));
            } else {
                list(push, "changes").forEach(it -> here.add((String) it.get("user")));
            }
        }
    }

    private static List<String> users(Map<String, Object> push) {
        return list(push, "members").stream().map(it -> (String) it.get("user")).toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> push, String name) {
        return (List<Map<String, Object>>) push.get(name);
    }
}
