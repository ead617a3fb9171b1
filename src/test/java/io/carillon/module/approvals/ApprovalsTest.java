package io.carillon.module.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

class ApprovalsTest {
    private static final String PATH = "/api/approvals";

    private static ModuleNode node;
    private static Person ana;
    private static Person cora;
    private static Person dora;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        ana = node.person("acme", "ana", "member");
        cora = node.person("acme", "cora", "approver");
        dora = node.person("globex", "dora", "approver");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String asked(Person who, String title) {
        return who.post(PATH, "{\"title\":\"" + title + "\"}").id();
    }

    @Test
    @Tag("C1")
    @Tag("C6")
    @Tag("A5")
    void theWayOfAnApprovalReachesTheTenantAndNobodyElse() {
        node.node().awaitSeen();
        try (var one = ana.follow("approvals");
                var two = cora.follow("approvals");
                var foreign = dora.follow("approvals")) {
            var made =
                    ana.post(
                            PATH, "{\"title\":\"Ring\",\"kind\":\"deploy\"}", "Carillon-Ref", "c1");
            assertThat(made.status()).isEqualTo(201);
            var id = made.id();
            assertThat(made.header("Location")).isEqualTo(PATH + "/" + id);
            var edited =
                    ana.send(
                            "PATCH",
                            PATH + "/" + id,
                            "{\"title\":\"Ring twice\"}",
                            "If-Match",
                            "\"1\"");
            var approved = cora.post(PATH + "/" + id + "/approve", "{\"comment\":\"yes\"}");
            var unwanted = asked(ana, "Not now");
            assertThat(ana.send("DELETE", PATH + "/" + unwanted, "").status()).isEqualTo(204);
            var marker = asked(dora, "theirs");

            for (var client : new io.carillon.module.Follower[] {one, two}) {
                var created = client.next("approval.created");
                assertThat(created.data().get("row")).isEqualTo(made.body());
                assertThat(created.text("actor")).isEqualTo("ana");
                assertThat(created.text("ref")).isEqualTo("c1");
                assertThat(created.text("correlationId"))
                        .isEqualTo(made.header("X-Correlation-Id"));
                var updated = client.next("approval.updated");
                assertThat(updated.data().get("row")).isEqualTo(edited.ok());
                assertThat(updated.data().get("changed").toString()).contains("title");
                var resolved = client.next("approval.resolved");
                assertThat(resolved.data().get("status").asText()).isEqualTo("approved");
                assertThat(resolved.data().get("decidedBy").asText()).isEqualTo("cora");
                assertThat(client.next("approval.updated").data().get("row"))
                        .isEqualTo(approved.ok());
                client.next("approval.created");
                assertThat(client.next("approval.deleted").data().get("key").get("id").asText())
                        .isEqualTo(unwanted);
            }
            assertThat(foreign.next().data().get("key").get("id").asText()).isEqualTo(marker);
        }
    }

    @Test
    @Tag("C1")
    void whoMayDecide() {
        var id = asked(cora, "mine");
        cora.post(PATH + "/" + id + "/approve", "").problem(403, "approval_own");
        ana.post(PATH + "/" + id + "/reject", "").problem(403, "approval_role");
        dora.post(PATH + "/" + id + "/approve", "").problem(404, "approval_missing");
        var narrow = ana.post(PATH, "{\"title\":\"legal\",\"decider_role\":\"lawyer\"}").id();
        cora.post(PATH + "/" + narrow + "/approve", "").problem(403, "approval_role");
        var lawyer = node.person("acme", "lena", "lawyer");
        assertThat(lawyer.post(PATH + "/" + narrow + "/reject", "").ok().get("status").asText())
                .isEqualTo("rejected");
        lawyer.post(PATH + "/" + narrow + "/approve", "").problem(409, "approval_decided");
        node.person("acme", "ben", "member")
                .send("DELETE", PATH + "/" + id, "")
                .problem(403, "approval_foreign");
    }

    @Test
    @Tag("C1")
    void whatIsDecidedIsNotWithdrawn() {
        var path = PATH + "/" + asked(ana, "no");
        cora.post(path + "/reject", "").ok();
        ana.send("DELETE", path, "").problem(409, "approval_decided");
        cora.send("DELETE", path, "").problem(409, "approval_decided");
        assertThat(ana.get(path).ok().get("status").asText()).isEqualTo("rejected");
    }

    @Test
    @Tag("C1")
    @Timeout(30)
    void ofOneWhoDecidesAndOneWhoWithdrawsTheFirstWins() throws Exception {
        var id = asked(ana, "quick");
        try (var deciding = node.database().asSuperuser();
                var statement = deciding.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            deciding.setAutoCommit(false);
            statement.execute(
                    "update carillon_app.approval set status = 'approved', decided_at = now()"
                            + " where id = "
                            + id);
            var withdrawn = threads.submit(() -> ana.send("DELETE", PATH + "/" + id, ""));
            node.node().awaitBlocked();
            deciding.commit();
            withdrawn.get().problem(409, "approval_decided");
        }
    }

    @Test
    @Tag("C1")
    @Tag("C10")
    void ofTwoEditorsTheSecondIsToldSo() {
        var path = PATH + "/" + asked(ana, "draft");
        assertThat(ana.get(path).header("ETag")).isEqualTo("\"1\"");
        ana.send("PATCH", path, "{\"title\":\"x\"}").problem(428, "version_missing");
        ana.send("PATCH", path, "{\"title\":\"x\"}", "If-Match", "one")
                .problem(400, "version_malformed");
        var first = ana.send("PATCH", path, "{\"title\":\"first\"}", "If-Match", "\"1\"");
        assertThat(first.header("ETag")).isEqualTo("\"2\"");
        cora.send("PATCH", path, "{\"title\":\"second\"}", "If-Match", "\"1\"")
                .problem(412, "version_conflict");
        assertThat(ana.get(path).ok().get("title").asText()).isEqualTo("first");
    }

    @Test
    @Tag("C9")
    void whatIsNoApprovalIsRefusedMemberByMember() {
        var answer =
                ana.post(
                        PATH,
                        "{\"title\":\" \",\"agent_id\":\"%s\",\"expires_in\":0}"
                                .formatted("x".repeat(201)));
        answer.problem(400, "invalid");
        var faults = new ArrayList<String>();
        answer.body()
                .get("errors")
                .forEach(fault ->
                        faults.add(fault.get("field").asText() + ":" + fault.get("code").asText()));
        assertThat(faults)
                .containsExactlyInAnyOrder("title:not_blank", "agent_id:size", "expires_in:min");
        ana.get(PATH + "?limit=0").problem(400, "invalid");
        ana.get(PATH + "?after=!").problem(400, "page_token");
        ana.get(PATH + "/x").problem(404, "approval_missing");
    }

    @Test
    @Tag("A9")
    @Tag("C10")
    @Timeout(60)
    void pagesStayRightWhileOthersAsk() {
        var who = node.person("pages", "pia", "member");
        var ids = new ArrayList<String>();
        for (var index = 0; index < 7; index++) {
            ids.addFirst(asked(who, "n" + index));
        }
        var first = who.get(PATH + "?limit=3");
        asked(who, "meanwhile");
        assertThat(who.send("DELETE", PATH + "/" + ids.get(2), "").status()).isEqualTo(204);
        var seen = new ArrayList<String>();
        first.ok().get("items").forEach(item -> seen.add(item.get("id").asText()));
        for (var next = first.body().get("next"); !next.isNull(); ) {
            var page = who.get(PATH + "?limit=3&after=" + next.asText()).ok();
            page.get("items").forEach(item -> seen.add(item.get("id").asText()));
            next = page.get("next");
        }
        assertThat(seen).isEqualTo(ids);
        try (var follower = who.followFrom(first.cursor(), "approvals")) {
            assertThat(follower.next("approval.created").data().get("row").get("title").asText())
                    .isEqualTo("meanwhile");
            follower.next("approval.deleted");
        }
    }

    @Test
    @Tag("C1")
    void ofManyDecidersOneDecides() throws Exception {
        var id = asked(ana, "race");
        var start = new CountDownLatch(1);
        var answers = new ArrayList<java.util.concurrent.Future<Person.Answer>>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var index = 0; index < 12; index++) {
                var who = node.person("acme", "judge" + index, "approver");
                var wish = index % 2 == 0 ? "approve" : "reject";
                answers.add(
                        pool.submit(() -> {
                            start.await();
                            return who.post(PATH + "/" + id + "/" + wish, "");
                        }));
            }
            start.countDown();
            var won = 0;
            for (var answer : answers) {
                if (answer.get().status() == 200) {
                    won++;
                } else {
                    answer.get().problem(409, "approval_decided");
                }
            }
            assertThat(won).isEqualTo(1);
        }
        assertThat(
                        node.node()
                                .ask(
                                        "select count(*) from carillon.event where type ="
                                                + " 'approval.resolved' and data ->> 'id' = '"
                                                + id
                                                + "'"))
                .isEqualTo("1");
    }

    @Test
    @Tag("A1")
    @Tag("C1")
    void whatSqlDecidesIsToldToo() {
        var id = asked(ana, "by hand");
        node.node().awaitSeen();
        try (var follower = ana.follow("approvals")) {
            node.node()
                    .sql(
                            "update carillon_app.approval set status = 'approved', decided_at ="
                                    + " now() where id = "
                                    + id);
            assertThat(follower.next("approval.resolved").data().get("id").asText()).isEqualTo(id);
            assertThat(
                            new HashSet<>(
                                    follower.next("approval.updated")
                                            .data()
                                            .findValuesAsText("status")))
                    .containsExactly("approved");
        }
    }
}
