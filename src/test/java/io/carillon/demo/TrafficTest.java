package io.carillon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

class TrafficTest {
    private static final Map<String, String> MODULE_OF =
            Map.of(
                    "approval",
                    "approvals",
                    "agent",
                    "agents",
                    "ai",
                    "agents",
                    "notification",
                    "notifications",
                    "inbox",
                    "chat",
                    "event",
                    "studio",
                    "ticket_update",
                    "tickets");

    @Test
    @Timeout(60)
    void theSwitchMakesEveryModuleBusyInBothCompanies() {
        try (var node =
                TestNode.start("carillon.mode", "development", "carillon.demo.beat", "50ms")) {
            var off = new Person(node, "acme", "ana").get("/api/demo/traffic").ok();
            assertThat(off.get("on").asBoolean()).isFalse();
            var modules = new HashSet<String>();
            off.get("modules").forEach(module -> modules.add(module.asText()));
            assertThat(modules)
                    .contains("approvals", "agents", "notifications", "chat", "studio", "tickets");
            var channels =
                    new String[] {
                        "approvals",
                        "agents",
                        "notifications.tenant",
                        "notifications:ana",
                        "conversations:ana",
                        "events",
                        "queue"
                    };
            try (var acme = new Person(node, "acme", "ana", "member").follow(channels);
                    var globex =
                            new Person(node, "globex", "emil", "member")
                                    .follow(
                                            "approvals",
                                            "agents",
                                            "notifications.tenant",
                                            "notifications:emil",
                                            "conversations:emil",
                                            "events",
                                            "queue")) {
                new Person(node, "acme", "ana").post("/api/demo/traffic", "{\"on\":true}").ok();
                for (var follower : List.of(acme, globex)) {
                    Set<String> missing = new HashSet<>(MODULE_OF.values());
                    while (!missing.isEmpty()) {
                        missing.remove(MODULE_OF.get(follower.next().type().split("\\.")[0]));
                    }
                }
                new Person(node, "acme", "ana").post("/api/demo/traffic", "{\"on\":false}").ok();
            }
        }
    }

    @Test
    @Timeout(60)
    void theFirstDataIsMadeOnce() {
        try (var node = TestNode.start("carillon.mode", "development")) {
            var sql =
                    "select (select count(*) from carillon_app.approval) || ' ' ||"
                            + " (select count(*) from carillon_app.agent) || ' ' ||"
                            + " (select count(*) from carillon_app.notification) || ' ' ||"
                            + " (select count(*) from carillon_app.conversation) || ' ' ||"
                            + " (select count(*) from carillon_app.message) || ' ' ||"
                            + " (select count(*) from carillon_app.studio) || ' ' ||"
                            + " (select count(*) from carillon_app.queue_ticket)";
            while (!node.ask(sql).equals("4 5 3 3 6 3 4")) {
                Thread.onSpinWait();
            }
            var cast =
                    new Cast(
                            java.net.URI.create("http://localhost:" + node.port()),
                            node.bean(DemoTokens.class),
                            java.net.http.HttpClient.newHttpClient(),
                            java.util.random.RandomGenerator.getDefault());
            node.bean(ApprovalTraffic.class).prepare(cast);
            node.bean(ChatTraffic.class).prepare(cast);
            node.bean(TicketTraffic.class).prepare(cast);
            assertThat(node.ask(sql)).isEqualTo("4 5 3 3 6 3 4");
        }
    }
}
