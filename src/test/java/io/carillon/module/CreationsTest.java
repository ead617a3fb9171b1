package io.carillon.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class CreationsTest {
    private static final String PATH = "/api/approvals";
    private static final String KEY = Creations.HEADER;

    private static ModuleNode node;
    private static TestNode other;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        other = node.another();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    @Tag("C10")
    void aRetryGetsTheSameAnswerAndMakesNothing() {
        var ana = node.person("acme", "ana");
        var first = ana.post(PATH, "{\"title\":\"once\"}", KEY, "k1");
        var again =
                new Person(other, "acme", "ana").post(PATH, "{ \"title\": \"once\" }", KEY, "k1");

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.ok());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header(Creations.REPLAYED)).isEqualTo("true");
        assertThat(first.header(Creations.REPLAYED)).isNull();
        assertThat(count("once")).isEqualTo("1");
        ana.post(PATH, "{\"title\":\"other\"}", KEY, "k1").problem(422, "idempotency_mismatch");
        ana.post(PATH, "{\"title\":\"once\"}", KEY, "two words").problem(400, "idempotency_key");
    }

    @Test
    @Tag("A5")
    void aKeyIsItsUsersOwn() {
        var ids = new HashSet<String>();
        for (var who :
                new Person[] {
                    node.person("acme", "eva"),
                    node.person("acme", "ede"),
                    node.person("globex", "eva")
                }) {
            ids.add(who.post(PATH, "{\"title\":\"own\"}", KEY, "shared").id());
        }
        assertThat(ids).hasSize(3);
    }

    @Test
    void whatWasRefusedKeepsNoKey() {
        var ben = node.person("acme", "ben");
        ben.post(PATH, "{\"title\":\"\"}", KEY, "k2").problem(400, "invalid");
        assertThat(ben.post(PATH, "{\"title\":\"now\"}", KEY, "k2").status()).isEqualTo(201);
    }

    @Test
    void whileTheFirstIsUnderWayARetryIsToldSo() throws SQLException {
        var cora = node.person("acme", "cora");
        try (var holding = node.database().asSuperuser();
                var statement = holding.createStatement()) {
            holding.setAutoCommit(false);
            statement.execute(
                    "select pg_advisory_xact_lock(hashtextextended(concat_ws(chr(1),"
                            + " 'idempotency', 'acme', 'cora', 'k3'), 0))");
            cora.post(PATH, "{\"title\":\"slow\"}", KEY, "k3")
                    .problem(409, "idempotency_in_flight");
            holding.rollback();
        }
        assertThat(cora.post(PATH, "{\"title\":\"slow\"}", KEY, "k3").status()).isEqualTo(201);
    }

    @Test
    @Tag("C13")
    void ofManyAtOnceOnTwoNodesOneCreates() throws Exception {
        var start = new CountDownLatch(1);
        var answers = new ArrayList<Future<Person.Answer>>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var index = 0; index < 24; index++) {
                var who =
                        index % 2 == 0
                                ? node.person("acme", "dan")
                                : new Person(other, "acme", "dan");
                answers.add(
                        pool.submit(() -> {
                            start.await();
                            return who.post(PATH, "{\"title\":\"storm\"}", KEY, "k4");
                        }));
            }
            start.countDown();
            var ids = new HashSet<String>();
            for (var answer : answers) {
                if (answer.get().status() == 201) {
                    ids.add(answer.get().id());
                } else {
                    answer.get().problem(409, "idempotency_in_flight");
                }
            }
            assertThat(ids).hasSize(1);
        }
        assertThat(count("storm")).isEqualTo("1");
    }

    private static String count(String title) {
        return node.node()
                .ask("select count(*) from carillon_app.approval where title = '" + title + "'");
    }
}
