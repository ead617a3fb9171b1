package io.carillon.module.chat;

import static io.carillon.module.chat.Chats.begun;
import static io.carillon.module.chat.Chats.path;
import static io.carillon.module.chat.Chats.positions;
import static io.carillon.module.chat.Chats.sent;
import static io.carillon.module.chat.Chats.unread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.carillon.conformance.TestNode;
import io.carillon.module.Creations;
import io.carillon.module.Follower;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// Messages: once, in order, in pages that stay right.
class MessagesTest {
    private static ModuleNode node;
    private static TestNode second;
    private static Person ana;
    private static Person ben;
    private static Person dora;

    @BeforeAll
    static void start() {
        node = ModuleNode.start("carillon.module.writes-at-once", 10_000);
        second = node.another("carillon.module.writes-at-once", 10_000);
        ana = node.person("acme", "ana");
        ben = node.person("acme", "ben");
        dora = node.person("globex", "dora");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    @Tag("E2")
    @Tag("C4")
    @Tag("E7")
    @Tag("A5")
    void whatIsWrittenReachesTheMembersAndNobodyElse() {
        var id = begun(ana, "Bells", "ben");
        var foreign = begun(dora, "Pigeons");
        try (var anas = ana.follow("chat:" + id);
                var bens = new Person(second, "acme", "ben").follow("chat:" + id);
                var doras = dora.follow("chat:" + foreign)) {
            var key = UUID.randomUUID().toString();
            var answer = sent(ana, id, key, "Ding");
            var message = answer.ok();
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.header("Location")).isEqualTo(path(id) + "/messages/" + key);
            assertThat(message.get("position").asInt()).isEqualTo(1);
            for (var page : List.of(anas, bens)) {
                var created = page.next("message.created").data();
                assertThat(created.get("row")).isEqualTo(message);
                var summary = page.next("conversation.updated").data().get("row");
                assertThat(summary.get("last_position").asInt()).isEqualTo(1);
                assertThat(summary.get("last_message_id").asText()).isEqualTo(key);
                assertThat(summary.get("last_text").asText()).isEqualTo("Ding");
            }
            sent(dora, foreign, "Coo");
            assertThat(doras.next("message.created").data().get("row").get("text").asText())
                    .isEqualTo("Coo");
        }
    }

    @Test
    @Tag("E2")
    void authorsEditAndTakeBack() {
        var id = begun(ana, "Edits", "ben");
        var key = sent(ana, id, "Dign").get("id").asText();
        var path = path(id) + "/messages/" + key;
        try (var page = ben.follow("chat:" + id)) {
            ben.send("PATCH", path, "{\"text\":\"Dong\"}", "If-Match", "\"1\"")
                    .problem(403, "message_foreign");
            ben.send("DELETE", path, "").problem(403, "message_foreign");
            ana.send("PATCH", path, "{\"text\":\"Ding\"}").problem(428, "version_missing");
            var edited = ana.send("PATCH", path, "{\"text\":\"Ding\"}", "If-Match", "\"1\"");
            assertThat(edited.header("ETag")).isEqualTo("\"2\"");
            ana.send("PATCH", path, "{\"text\":\"Dong\"}", "If-Match", "\"1\"")
                    .problem(412, "version_conflict");
            var updated = page.next("message.updated").data();
            assertThat(updated.get("row")).isEqualTo(edited.ok());
            assertThat(updated.get("row").get("edited_at").isNull()).isFalse();
            assertThat(updated.get("changed").toString())
                    .isEqualTo("[\"text\",\"version\",\"edited_at\"]");
            assertThat(
                            page.next("conversation.updated")
                                    .data()
                                    .get("row")
                                    .get("last_text")
                                    .asText())
                    .isEqualTo("Ding");

            assertThat(unread(ben, id)).isEqualTo(1);
            ana.send("DELETE", path, "").ok();
            ana.send("DELETE", path, "").ok();
            var back = page.next("message.updated").data().get("row");
            assertThat(back.get("text").asText()).isEmpty();
            assertThat(back.get("deleted_at").isNull()).isFalse();
            assertThat(
                            page.next("conversation.updated")
                                    .data()
                                    .get("row")
                                    .get("last_text")
                                    .isNull())
                    .isTrue();
            assertThat(unread(ben, id)).isZero();
            ana.send("PATCH", path, "{\"text\":\"Dong\"}", "If-Match", "\"3\"")
                    .problem(409, "message_deleted");
            // An owner takes back what others wrote.
            var other = path(id) + "/messages/" + sent(ben, id, "Rude").get("id").asText();
            ana.send("DELETE", other, "").ok();
            assertThat(positions(ben.get(path(id) + "/messages").ok())).containsExactly(2, 1);
        }
    }

    @Test
    @Tag("E4")
    @Tag("C13")
    @Timeout(60)
    void aSendThatIsTriedAgainIsOneMessage() throws Exception {
        var id = begun(ana, "Retries", "ben");
        var elsewhere = new Person(second, "acme", "ana");
        var keys = Chats.uuids(10);
        try (var page = ben.follow("chat:" + id);
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var start = new CountDownLatch(1);
            var answers = new ArrayList<Future<Person.Answer>>();
            for (var attempt = 0; attempt < 8; attempt++) {
                var who = attempt % 2 == 0 ? ana : elsewhere;
                for (var key : keys) {
                    answers.add(
                            pool.submit(() -> {
                                start.await();
                                return sent(who, id, key, "queued " + key);
                            }));
                }
            }
            start.countDown();
            var first = 0;
            var told = new TreeMap<String, JsonNode>();
            for (var one : answers) {
                var answer = one.get();
                first += answer.header(Creations.REPLAYED) == null ? 1 : 0;
                var before = told.put(answer.id(), answer.body());
                assertThat(before == null || before.equals(answer.body())).isTrue();
            }
            assertThat(first).isEqualTo(10);
            assertThat(told.keySet()).containsExactlyInAnyOrderElementsOf(keys);
            sent(ana, id, "the last");
            var heard = new ArrayList<String>();
            while (!heard.contains("the last")) {
                var event = page.next();
                if (event.type().equals("message.created")) {
                    heard.add(event.data().get("row").get("text").asText());
                }
            }
            assertThat(heard).hasSize(11).doesNotHaveDuplicates();
        }
        assertThat(positions(ben.get(path(id) + "/messages").ok()))
                .containsExactlyElementsOf(down(11, 1));
        assertThat(unread(ben, id)).isEqualTo(11);
    }

    @Test
    @Tag("E4")
    void anotherMessageWithTheSameIdIsRefused() {
        var id = begun(ana, "Ids", "ben");
        var other = begun(ana, "Other", "ben");
        var key = UUID.randomUUID().toString();
        var first = sent(ana, id, key, "Ding").ok();
        sent(ana, id, key, "Dong").problem(409, "message_differs");
        sent(ben, id, key, "Ding").problem(409, "message_differs");
        sent(ana, other, key, "Ding").problem(409, "message_differs");
        ana.send("PATCH", path(id) + "/messages/" + key, "{\"text\":\"!\"}", "If-Match", "\"1\"")
                .ok();
        // The send counts as it was sent; the answer is the message as it is.
        var again = sent(ana, id, key.toUpperCase(java.util.Locale.ROOT), "Ding");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header(Creations.REPLAYED)).isEqualTo("true");
        assertThat(again.ok().get("text").asText()).isEqualTo("!");
        assertThat(again.body().get("position")).isEqualTo(first.get("position"));
        sent(ana, id, "no-uuid", "Ding").problem(400, "invalid");
        ana.post(path(id) + "/messages", "{\"text\":\" \"}").problem(400, "invalid");
        // Another tenant's ids are its own.
        var pigeons = begun(dora, "Pigeons");
        assertThat(sent(dora, pigeons, key, "Coo").header(Creations.REPLAYED)).isNull();
        // Without an id one is made.
        assertThat(ana.post(path(id) + "/messages", "{\"text\":\"Bare\"}").id()).hasSize(36);
    }

    @Test
    @Tag("E6")
    @Tag("E7")
    @Tag("A9")
    @Timeout(60)
    void historyStaysRightWhileOthersWrite() throws Exception {
        var id = begun(ana, "History", "ben");
        node.node()
                .sql(
                        "insert into carillon_app.message (tenant_id, id, conversation_id, author,"
                                + " author_name, text) select 'acme', gen_random_uuid(), "
                                + id
                                + ", 'ana', 'Ana', 'n' || n from generate_series(1, 120) n");
        var elsewhere = new Person(second, "acme", "ana");
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = new ArrayList<Future<?>>();
            for (var writer = 0; writer < 4; writer++) {
                var who = writer % 2 == 0 ? ana : elsewhere;
                writers.add(
                        pool.submit(() -> IntStream.range(0, 20).forEach(_ -> sent(who, id, "x"))));
            }
            var newest = ben.get(path(id) + "/messages?limit=10");
            var seen = new ArrayList<Integer>(positions(newest.ok()));
            try (var live = ben.followFrom(newest.cursor(), "chat:" + id)) {
                for (var next = newest.body().get("next"); !next.isNull(); ) {
                    var older =
                            ben.get(path(id) + "/messages?limit=10&after=" + next.asText()).ok();
                    seen.addAll(positions(older));
                    next = older.get("next");
                }
                assertThat(seen).containsExactlyElementsOf(down(seen.getFirst(), 1));
                for (var one : writers) {
                    one.get();
                }
                assertThat(created(live, 200 - seen.getFirst()))
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(seen.getFirst() + 1, 200).boxed().toList());
            }
        }
        // What a page lacks after a gap, oldest first.
        var since = ben.get(path(id) + "/messages?since=195&limit=3").ok();
        assertThat(positions(since)).containsExactly(196, 197, 198);
        var rest =
                ben.get(path(id) + "/messages?since=195&after=" + since.get("next").asText()).ok();
        assertThat(positions(rest)).containsExactly(199, 200);
        assertThat(rest.get("next").isNull()).isTrue();
        assertThat(unread(ben, id)).isEqualTo(200);
    }

    private static List<Integer> created(Follower live, int count) {
        var positions = new ArrayList<Integer>();
        while (positions.size() < count) {
            var heard = live.next();
            if (heard.type().equals("message.created")) {
                var row = heard.data().get("row");
                assertThat(row.get("created_at").isTextual()).isTrue();
                assertThat(heard.channel()).endsWith(":" + row.get("conversation_id").asText());
                positions.add(row.get("position").asInt());
            }
        }
        return positions;
    }

    private static List<Integer> down(int from, int to) {
        return IntStream.rangeClosed(to, from).map(n -> from + to - n).boxed().toList();
    }

    @Test
    @Tag("A1")
    void whatIsWrittenWithSqlCountsAsMuch() {
        var id = begun(ana, "Sql", "ben");
        try (var page = ben.follow("chat:" + id)) {
            node.node()
                    .sql(
                            "insert into carillon_app.message (tenant_id, id, conversation_id,"
                                + " author, author_name, text) values ('acme', gen_random_uuid(), "
                                    + id
                                    + ", 'robot', 'Robot', 'one'), ('acme', gen_random_uuid(), "
                                    + id
                                    + ", 'robot', 'Robot', 'two')");
            page.next("message.created");
            page.next("message.created");
            assertThat(
                            page.next("conversation.updated")
                                    .data()
                                    .get("row")
                                    .get("last_text")
                                    .asText())
                    .isEqualTo("two");
            assertThat(unread(ben, id)).isEqualTo(2);
            node.node()
                    .sql(
                            "delete from carillon_app.message where text = 'two' and"
                                    + " conversation_id = "
                                    + id);
            assertThat(page.next("message.deleted").data().get("key").get("position").asInt())
                    .isEqualTo(2);
            assertThat(unread(ben, id)).isEqualTo(1);
            var seen = new HashSet<Integer>(positions(ben.get(path(id) + "/messages").ok()));
            assertThat(seen).containsExactly(1);
        }
    }
}
