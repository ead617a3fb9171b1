package io.carillon.module.chat;

import static io.carillon.module.chat.Chats.PATH;
import static io.carillon.module.chat.Chats.begun;
import static io.carillon.module.chat.Chats.delivered;
import static io.carillon.module.chat.Chats.path;
import static io.carillon.module.chat.Chats.read;
import static io.carillon.module.chat.Chats.sent;
import static io.carillon.module.chat.Chats.status;
import static io.carillon.module.chat.Chats.unread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.carillon.conformance.TestNode;
import io.carillon.module.Follower;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/// Sent, delivered, read, unread: the same on all devices, whatever happens at once.
class ReceiptsTest {
    private static ModuleNode node;
    private static TestNode second;
    private static Person ana;
    private static Person ben;
    private static Person cora;

    @BeforeAll
    static void start() {
        node = ModuleNode.start("carillon.module.writes-at-once", 10_000);
        second = node.another("carillon.module.writes-at-once", 10_000);
        ana = node.person("acme", "ana");
        ben = node.person("acme", "ben");
        cora = new Person(second, "acme", "cora");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    @Tag("E3")
    void aMessageIsDeliveredAndReadWhenAllOthersHaveIt() {
        var id = begun(ana, "Status", "ben", "cora");
        var one = sent(ana, id, "one").get("id").asText();
        var two = sent(ana, id, "two").get("id").asText();
        try (var authors = ana.follow("chat:" + id)) {
            delivered(ben, id, 2);
            assertThat(status(ana, id, two)).isEqualTo("sent");
            assertThat(row(authors, "receipt.updated").get("delivered_position").asInt())
                    .isEqualTo(2);
            delivered(cora, id, 2);
            statusTold(authors, "delivered", 0, 2);
            read(ben, id, 2);
            assertThat(status(ana, id, two)).isEqualTo("delivered");
            read(cora, id, 1);
            statusTold(authors, "read", 0, 1);
            assertThat(status(ana, id, one)).isEqualTo("read");
            assertThat(status(ana, id, two)).isEqualTo("delivered");
            read(cora, id, 2);
            statusTold(authors, "read", 1, 2);
            assertThat(status(ana, id, two)).isEqualTo("read");
            // Who comes later does not take it back; who alone has not read and goes, leaves it
            // read.
            ana.post(path(id) + "/members", "{\"user\":\"dan\"}").ok();
            assertThat(status(ana, id, two)).isEqualTo("read");
            var three = sent(ana, id, "three").get("id").asText();
            read(ben, id, 3);
            read(cora, id, 3);
            assertThat(status(ana, id, three)).isEqualTo("sent");
            ana.send("DELETE", path(id) + "/members/dan", "").ok();
            assertThat(status(ana, id, three)).isEqualTo("read");
        }
    }

    private static JsonNode row(Follower follower, String type) {
        var heard = follower.next();
        while (!heard.type().equals(type)) {
            heard = follower.next();
        }
        return heard.data().get("row");
    }

    private static void statusTold(Follower follower, String status, int after, int upTo) {
        var heard = follower.next();
        while (!heard.type().equals("message.status")) {
            heard = follower.next();
        }
        var data = heard.data();
        assertThat(data.get("status").asText()).isEqualTo(status);
        assertThat(data.get("after").asInt()).isEqualTo(after);
        assertThat(data.get("upTo").asInt()).isEqualTo(upTo);
        assertThat(data.get("row").get("status").asText()).isEqualTo(status);
        assertThat(data.get("row").get("position").asInt()).isEqualTo(upTo);
    }

    @Test
    @Tag("E3")
    @Tag("A5")
    void whatOneDeviceReadsIsReadOnAll() {
        var id = begun(ana, "Devices", "ben");
        var benElsewhere = new Person(second, "acme", "ben");
        for (var n = 0; n < 3; n++) {
            sent(ana, id, "n" + n);
        }
        var badge = ben.get(PATH + "/unread").ok().get("unread").asInt();
        try (var phone = ben.follow("conversations:ben");
                var laptop = benElsewhere.follow("conversations:ben");
                var foreign = node.person("globex", "ben").follow("conversations:ben")) {
            assertThat(read(ben, id, 2).get("unread").asInt()).isEqualTo(1);
            for (var device : List.of(phone, laptop)) {
                var row = device.next("inbox.updated").data().get("row");
                assertThat(row.get("read_position").asInt()).isEqualTo(2);
                assertThat(row.get("unread").asInt()).isEqualTo(1);
            }
            assertThat(unread(benElsewhere, id)).isEqualTo(1);
            // Backwards and beyond the end there is nothing.
            assertThat(read(benElsewhere, id, 1).get("read_position").asInt()).isEqualTo(2);
            assertThat(read(benElsewhere, id, 99).get("read_position").asInt()).isEqualTo(3);
            phone.next("inbox.updated");
            assertThat(ben.get(PATH + "/unread").ok().get("unread").asInt()).isEqualTo(badge - 3);
            assertThat(ben.post(path(id) + "/read", "").ok().get("unread").asInt()).isZero();
            // One's own messages are not unread.
            sent(benElsewhere, id, "mine");
            var row = phone.next("inbox.updated").data().get("row");
            assertThat(row.get("last_position").asInt()).isEqualTo(4);
            assertThat(row.get("unread").asInt()).isZero();
            begun(node.person("globex", "dora"), "Pigeons", "ben");
            assertThat(foreign.next().type()).isEqualTo("inbox.created");
        }
    }

    @Test
    @Tag("E3")
    void aDeviceThatComesBackHasReceivedEverything() {
        var dan = node.person("acme", "dan");
        var ids = new ArrayList<String>();
        for (var n = 0; n < 3; n++) {
            ids.add(begun(ana, "Back " + n, "dan"));
            sent(ana, ids.get(n), "hello");
        }
        assertThat(dan.post(PATH + "/delivered", "").ok().get("conversations").asInt())
                .isEqualTo(3);
        assertThat(dan.post(PATH + "/delivered", "").ok().get("conversations").asInt()).isZero();
        for (var id : ids) {
            var page = ana.get(path(id) + "/messages").ok();
            assertThat(page.get("items").findValuesAsText("status")).containsExactly("delivered");
            assertThat(unread(dan, id)).isEqualTo(1);
        }
    }

    @Test
    @Tag("E3")
    @Tag("C13")
    @Timeout(90)
    void countsHoldWhateverHappensAtOnceOnTwoNodes() throws Exception {
        var id = begun(ana, "Storm", "ben", "cora", "eva");
        var writers = List.of(ana, new Person(second, "acme", "ana"), ben);
        var readers =
                List.of(
                        cora,
                        new Person(node.node(), "acme", "cora"),
                        new Person(second, "acme", "eva"),
                        node.person("acme", "eva"));
        var list = cora.get(path(id));
        try (var device = cora.followFrom(list.cursor(), "conversations:cora");
                var page = cora.followFrom(list.cursor(), "chat:" + id);
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var start = new CountDownLatch(1);
            var jobs = new ArrayList<Future<?>>();
            for (var who : writers) {
                jobs.add(
                        pool.submit(() -> {
                            start.await();
                            for (var n = 0; n < 25; n++) {
                                var made = sent(who, id, "n").get("id").asText();
                                if (n % 5 == 0) {
                                    who.send("DELETE", path(id) + "/messages/" + made, "").ok();
                                }
                            }
                            return null;
                        }));
            }
            for (var who : readers) {
                jobs.add(
                        pool.submit(() -> {
                            start.await();
                            for (var n = 0; n < 25; n++) {
                                var upTo = ThreadLocalRandom.current().nextInt(1, 80);
                                if (n % 3 == 0) {
                                    who.post(PATH + "/delivered", "").ok();
                                } else {
                                    read(who, id, upTo);
                                }
                            }
                            return null;
                        }));
            }
            start.countDown();
            for (var job : jobs) {
                job.get();
            }
            assertThat(wrongCounts()).isEqualTo("0");
            for (var who : List.of(cora, readers.get(2), ben, ana)) {
                read(who, id, 75);
            }
            assertThat(wrongCounts()).isEqualTo("0");
            var end = inboxAt(device, 75);
            assertThat(end.get("unread").asInt()).isZero();
            assertThat(told(page, "read")).isEqualTo(75);
        }
        var all = ana.get(path(id) + "/messages?limit=200").ok();
        assertThat(all.get("items")).hasSize(75);
        assertThat(all.get("items").findValuesAsText("status")).containsOnly("read");
    }

    /// Nobody is asked who wrote it: another service's SQL is told as the module's own writes are.
    @Test
    @Tag("E3")
    @Tag("A1")
    @Tag("A5")
    void aReceiptThatSqlMovesReachesEverybody() {
        var id = begun(ana, "By hand", "ben");
        sent(ana, id, "one");
        try (var author = ana.follow("chat:" + id);
                var reader = new Person(second, "acme", "ben").follow("chat:" + id);
                var list = new Person(second, "acme", "ben").follow("conversations:ben");
                var foreign = node.person("globex", "ben").follow("conversations:ben")) {
            moved(id, "ben", 1);
            for (var page : List.of(author, reader)) {
                var row = row(page, "receipt.updated");
                assertThat(row.get("user_id").asText()).isEqualTo("ben");
                assertThat(row.get("read_position").asInt()).isEqualTo(1);
            }
            var row = list.next("inbox.updated").data().get("row");
            assertThat(row.get("read_position").asInt()).isEqualTo(1);
            assertThat(row.get("unread").asInt()).isZero();
            // A new member's receipt is a row that nobody asked the module for.
            node.node()
                    .sql(
                            "insert into carillon_app.member (tenant_id, conversation_id, user_id,"
                                    + " user_name) values ('acme', %s, 'gil', 'Gil')"
                                            .formatted(id));
            for (var page : List.of(author, reader)) {
                assertThat(row(page, "receipt.created").get("user_id").asText()).isEqualTo("gil");
            }
            begun(node.person("globex", "dora"), "Theirs", "ben");
            assertThat(foreign.next().type()).isEqualTo("inbox.created");
        }
    }

    /// Two transactions, each of which does not see the other's receipt: the later one still knows
    /// that it is the last.
    @Test
    @Tag("E3")
    @Timeout(30)
    void ofTwoReceiptsThatSqlMovesAtOnceTheSecondIsTheLast() throws Exception {
        var id = begun(ana, "At once", "ben", "cora");
        sent(ana, id, "one");
        try (var author = ana.follow("chat:" + id);
                var first = node.database().asSuperuser();
                var second = node.database().asSuperuser();
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            first.setAutoCommit(false);
            moved(first, id, "ben", 1);
            var other =
                    pool.submit(() -> {
                        moved(second, id, "cora", 1);
                        return null;
                    });
            var waits =
                    "select count(*) from pg_stat_activity where datname = current_database() and"
                            + " wait_event_type = 'Lock' and query like 'update"
                            + " carillon_app.receipt%'";
            while (!other.isDone() && node.node().ask(waits).equals("0")) {
                LockSupport.parkNanos(1_000_000);
            }
            first.commit();
            other.get();
            statusTold(author, "read", 0, 1);
        }
    }

    private static void moved(String conversation, String user, int position) {
        try (var connection = node.database().asSuperuser()) {
            moved(connection, conversation, user, position);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void moved(Connection connection, String conversation, String user, int position)
            throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(
                    "update carillon_app.receipt set delivered_position = %d, read_position = %d, unread = 0 where conversation_id = %s and user_id = '%s'"
                            .formatted(position, position, conversation, user));
        }
    }

    /// @return how many receipts have another count than there are messages
    private static String wrongCounts() {
        return node.node()
                .ask(
                        "select count(*) from carillon_app.receipt r where r.unread <> (select"
                                + " count(*) from carillon_app.message m where m.conversation_id ="
                                + " r.conversation_id and m.position > r.read_position and m.author"
                                + " <> r.user_id and m.deleted_at is null)");
    }

    private static JsonNode inboxAt(Follower device, int position) {
        var row = device.next("inbox.updated").data().get("row");
        while (row.get("read_position").asInt() < position) {
            row = device.next("inbox.updated").data().get("row");
        }
        return row;
    }

    /// Every message becomes read by exactly one step, whoever made it: nothing is left out,
    /// nothing told twice.
    private static int told(Follower page, String status) {
        var read = new java.util.TreeMap<Integer, String>();
        var authors = new java.util.TreeMap<Integer, String>();
        while (read.size() < 75) {
            var heard = page.next();
            var data = heard.data();
            if (heard.type().equals("message.created")) {
                var row = data.get("row");
                authors.put(row.get("position").asInt(), row.get("author").asText());
            } else if (heard.type().equals("message.status")
                    && data.get("status").asText().equals(status)) {
                var author = data.get("author").asText();
                authors.subMap(data.get("after").asInt(), false, data.get("upTo").asInt(), true)
                        .forEach((position, wrote) -> {
                            if (wrote.equals(author)) {
                                assertThat(read.put(position, status)).as("%s", data).isNull();
                            }
                        });
            }
        }
        return read.size();
    }
}
