package io.carillon.module.agents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;

class AgentsTest {
    private static final String PATH = "/api/agents";

    private static ModuleNode node;
    private static Person ana;
    private static Person dora;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        ana = node.person("acme", "ana", "member");
        dora = node.person("globex", "dora", "member");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static ObjectNode status(String agent, String status) {
        return JsonNodeFactory.instance.objectNode().put("agentId", agent).put("status", status);
    }

    private static String registered(Person who, String id) {
        return who.post(PATH, "{\"id\":\"%s\",\"name\":\"The %s\"}".formatted(id, id)).id();
    }

    @Test
    @Tag("C2")
    @Tag("C6")
    @Tag("A5")
    void itsWayIsToldToTheTenantAndNobodyElse() {
        node.node().awaitSeen();
        try (var one = ana.follow("agents");
                var two = node.person("acme", "ben").follow("agents");
                var foreign = dora.follow("agents")) {
            var made = ana.post(PATH, "{\"id\":\"ringer\",\"name\":\"The ringer\"}");
            assertThat(made.header("Location")).isEqualTo(PATH + "/ringer");
            ana.post(PATH + "/ringer/heartbeat", "").ok();
            var busy = ana.post(PATH + "/ringer/heartbeat", "{\"status\":\"busy\"}").ok();
            var said = ana.post(PATH + "/ringer/messages", "{\"text\":\"warm\"}").ok();
            ana.post(
                            PATH + "/ringer/events",
                            "{\"type\":\"ai.task.completed\",\"data\":{\"tokens\":7}}")
                    .ok();
            assertThat(ana.send("DELETE", PATH + "/ringer", "").status()).isEqualTo(204);
            registered(dora, "theirs");

            for (var client : List.of(one, two)) {
                assertThat(client.next("agent.created").data().get("row")).isEqualTo(made.body());
                assertThat(client.next("agent.status.changed").data())
                        .isEqualTo(status("ringer", "busy"));
                assertThat(client.next("agent.updated").data().get("row")).isEqualTo(busy);
                var heard = client.next("agent.message").data();
                assertThat(heard).isEqualTo(said);
                var work = client.next("ai.task.completed");
                assertThat(work.data().get("agentId").asText()).isEqualTo("ringer");
                assertThat(work.data().get("tokens").asInt()).isEqualTo(7);
                assertThat(work.text("actor")).isEqualTo("ana");
                client.next("agent.deleted");
            }
            assertThat(foreign.next().data().get("key").get("id").asText()).isEqualTo("theirs");
        }
    }

    @Test
    @Tag("C2")
    void whoSpeaksForIt() {
        registered(ana, "mine");
        var path = PATH + "/mine";
        node.person("acme", "ben", "member")
                .post(path + "/heartbeat", "")
                .problem(403, "agent_foreign");
        node.person("acme", "robot", "agent").post(path + "/heartbeat", "").ok();
        dora.post(path + "/heartbeat", "").problem(404, "agent_missing");
        dora.get(path).problem(404, "agent_missing");
        ana.post(PATH, "{\"id\":\"mine\",\"name\":\"again\"}").problem(409, "agent_exists");
        registered(dora, "mine");
        ana.post(path + "/events", "{\"type\":\"bi.x\",\"data\":{}}").problem(400, "invalid");
        ana.post(path + "/messages", "{\"text\":\"\\u0000\"}").problem(400, "unstorable");
        ana.send("PATCH", path, "{\"name\":\"new\"}", "If-Match", "\"7\"")
                .problem(412, "version_conflict");
        assertThat(ana.send("PATCH", path, "{\"name\":\"new\"}", "If-Match", "\"1\"").status())
                .isEqualTo(200);
    }

    @Test
    @Tag("C2")
    void whatItSaidInPages() {
        registered(ana, "talker");
        for (var index = 0; index < 5; index++) {
            ana.post(PATH + "/talker/messages", "{\"text\":\"m%d\"}".formatted(index)).ok();
        }
        var first = ana.get(PATH + "/talker/messages?limit=2").ok();
        assertThat(first.get("items").findValuesAsText("text")).containsExactly("m4", "m3");
        var next = first.get("next").asText();
        assertThat(
                        ana.get(PATH + "/talker/messages?limit=2&after=" + next)
                                .ok()
                                .get("items")
                                .findValuesAsText("text"))
                .containsExactly("m2", "m1");
        assertThat(dora.get(PATH + "/talker/messages").ok().get("items")).isEmpty();
    }

    @Test
    @Tag("C2")
    @Tag("C13")
    @Timeout(60)
    void whoGoesSilentIsOfflineOnceWithTwoNodesAndBackWithASignOfLife() {
        node.another();
        ana.post(PATH, "{\"id\":\"quiet\",\"name\":\"q\",\"silent_after\":3600}").ok();
        ana.post(PATH, "{\"id\":\"loud\",\"name\":\"l\",\"silent_after\":3600}").ok();
        node.node().awaitSeen();
        try (var follower = ana.follow("agents")) {
            // Its sign of life came so long ago.
            node.node()
                    .sql(
                            "update carillon_app.agent set last_seen_at = last_seen_at - interval"
                                    + " '1 hour' where id = 'quiet'");
            var changed = follower.next("agent.status.changed");
            assertThat(changed.data()).isEqualTo(status("quiet", "offline"));
            follower.next("agent.updated");
            var back = ana.post(PATH + "/quiet/heartbeat", "").ok();
            assertThat(back.get("status").asText()).isEqualTo("online");
            assertThat(follower.next("agent.status.changed").data().get("status").asText())
                    .isEqualTo("online");
        }
        assertThat(ana.get(PATH + "/loud").ok().get("status").asText()).isEqualTo("online");
        assertThat(
                        node.node()
                                .ask(
                                        "select count(*) from carillon.event where type ="
                                            + " 'agent.status.changed' and data ->> 'agentId' ="
                                            + " 'quiet' and data ->> 'status' = 'offline' and id <"
                                            + " (select min(id) from carillon.event where type ="
                                            + " 'agent.status.changed' and data ->> 'agentId' ="
                                            + " 'quiet' and data ->> 'status' = 'online')"))
                .isEqualTo("1");
    }
}
