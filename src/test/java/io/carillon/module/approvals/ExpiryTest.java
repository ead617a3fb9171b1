package io.carillon.module.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.module.Follower;
import io.carillon.module.ModuleNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.HashSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

class ExpiryTest {
    @Test
    @Tag("C1")
    @Tag("C13")
    @Tag("A6")
    @Timeout(60)
    void withTwoNodesEachExpiresOnce() {
        try (var node = ModuleNode.start("carillon.module.round", "20ms");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var other = node.another("carillon.module.round", "20ms");
            var over = new AtomicBoolean();
            // Besides the rounds of both nodes, as many as may ask at once.
            for (var thread = 0; thread < 6; thread++) {
                var expiry = (thread % 2 == 0 ? node.node() : other).bean(Expiry.class);
                threads.execute(() -> {
                    while (!over.get()) {
                        var unused = expiry.run();
                    }
                });
            }
            var ana = node.person("acme", "ana");
            try (var follower = ana.follow("approvals");
                    var foreign = node.person("globex", "dora").follow("approvals")) {
                node.node()
                        .sql(
                                "insert into carillon_app.approval (tenant_id, title, requested_by,"
                                        + " expires_at) select 'acme', 'n' || n, 'ana',"
                                        + " clock_timestamp() + n * interval '2 ms' from"
                                        + " generate_series(1, 300) n");
                var expired = new HashSet<String>();
                while (expired.size() < 300) {
                    expired(follower, expired);
                }
                node.node().emit("globex", "approvals", "mark", "{}");
                assertThat(foreign.next().type()).isEqualTo("mark");
            } finally {
                over.set(true);
            }
            assertThat(
                            node.node()
                                    .ask(
                                            "select count(*) || '/' || count(distinct data ->>"
                                                    + " 'id') from carillon.event where type ="
                                                    + " 'approval.expired'"))
                    .isEqualTo("300/300");
        }
    }

    private static void expired(Follower follower, HashSet<String> expired) {
        var heard = follower.next();
        if (heard.type().equals("approval.expired")) {
            assertThat(expired.add(heard.data().get("id").asText())).isTrue();
        }
    }

    @Test
    @Tag("C1")
    @Timeout(60)
    void whatIsOverIsNeitherProlongedNorWithdrawnBeforeTheRound() {
        try (var node = ModuleNode.start("carillon.module.round", "1m")) {
            var ana = node.person("acme", "ana");
            var path = "/api/approvals/" + ana.post("/api/approvals", "{\"title\":\"late\"}").id();
            node.node().sql("update carillon_app.approval set expires_at = clock_timestamp()");
            var prolonged = "{\"expires_in\":3600}";
            ana.send("PATCH", path, prolonged, "If-Match", "\"2\"")
                    .problem(409, "approval_expired");
            ana.send("DELETE", path, "").problem(409, "approval_expired");
        }
    }

    @Test
    @Tag("C1")
    @Timeout(60)
    void whatFellDueWhileNoNodeRanExpiresWithTheFirst() throws Exception {
        try (var database = io.carillon.database.PostgresFixture.freshDatabase()) {
            try (var connection = database.asSuperuser();
                    var statement = connection.createStatement()) {
                statement.execute(
                        "insert into carillon_app.approval (tenant_id, title, requested_by,"
                                + " expires_at) values ('acme', 'late', 'ana', now() - interval '1"
                                + " hour')");
                var cursor = "select carillon.cursor()";
                String from;
                try (var rows = statement.executeQuery(cursor)) {
                    rows.next();
                    from = rows.getString(1);
                }
                var node = io.carillon.conformance.TestNode.start(database);
                try (var follower =
                        new io.carillon.module.Person(node, "acme", "ana")
                                .followFrom(from, "approvals")) {
                    follower.next("approval.expired");
                } finally {
                    node.bean(io.micronaut.context.ApplicationContext.class).close();
                }
            }
        }
    }

    @Test
    @Tag("C1")
    void whoDecidesTooLateIsToldSoEvenBeforeARound() throws Exception {
        try (var node = ModuleNode.start("carillon.module.round", "1m");
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var ana = node.person("acme", "ana");
            var id = ana.post("/api/approvals", "{\"title\":\"late\"}").id();
            node.node()
                    .sql(
                            "update carillon_app.approval set expires_at = now() - interval '1 s'"
                                    + " where id = "
                                    + id);
            var cora = node.person("acme", "cora", "approver");
            pool.submit(() ->
                            cora.post("/api/approvals/" + id + "/approve", "")
                                    .problem(409, "approval_expired"))
                    .get();
        }
    }
}
