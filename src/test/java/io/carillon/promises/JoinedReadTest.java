package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Connection;

/// Promise 3: a page that reads and then follows by cursor has no hole and no overlap. The simple
/// case is shown by `FollowingTest`, many at random by `OracleTest`; here are the awkward ones.
@Tag("A9")
@Tag("F13")
@Timeout(60)
@Aside
class JoinedReadTest {
    private static Scene scene;

    @BeforeAll
    static void start() throws Exception {
        scene = Scene.shared();
        scene.sql(
                "create table if not exists item (id int primary key, tenant_id text); alter table"
                        + " item owner to application");
        try (var connection = scene.application()) {
            Scene.run(connection, "select carillon.watch('item', 'item')");
        }
    }

    private static Connection reader() throws Exception {
        var reader = scene.application();
        reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        reader.setAutoCommit(false);
        return reader;
    }

    @Test
    void whatWasRunningDuringTheReadArrivesAndWhatHadEndedDoesNot() throws Exception {
        try (var reader = reader();
                var running = scene.application()) {
            running.setAutoCommit(false);
            Scene.run(running, "insert into item values (1, 'running')");
            scene.sql("insert into item values (2, 'running')");
            assertThat(
                            Scene.one(
                                    reader,
                                    "select string_agg(id::text, ',') from item where tenant_id ="
                                            + " 'running'"))
                    .isEqualTo("2");
            running.commit();
            scene.sql("insert into item values (3, 'running')");
            // Long after the snapshot was taken, and still its position.
            var cursor = Scene.one(reader, "select carillon.cursor()");
            try (var page = scene.page("running", cursor, "item")) {
                var heard = page.hear(2);
                assertThat(heard.get(0)).contains("{id=1}");
                assertThat(heard.get(1)).contains("{id=3}");
            }
        }
    }

    @Test
    void aWriterThatHandsOutACursorOfItsOwnTransactionIsToldWhatItWrote() throws Exception {
        String cursor;
        try (var writer = scene.application()) {
            writer.setAutoCommit(false);
            Scene.run(writer, "insert into item values (11, 'writer')");
            // A younger transaction has ended, so the snapshot reaches beyond the writer's own.
            scene.emit("bystander", 0);
            cursor = Scene.one(writer, "select carillon.cursor()");
            Scene.run(writer, "insert into item values (12, 'writer')");
            writer.commit();
        }
        try (var page = scene.page("writer", cursor, "item")) {
            assertThat(page.hear(2)).hasSize(2);
        }
    }

    /// TRUNCATE empties a table for older snapshots too, so such a reader sees neither rows nor
    /// what came after.
    @Test
    void aReadThatATruncateOvertakesIsToldToReadAgain() throws Exception {
        try (var reader = reader()) {
            scene.sql(
                    "create table if not exists fleeting (id int primary key, tenant_id text);"
                            + " alter table fleeting owner to application");
            try (var connection = scene.application()) {
                Scene.run(connection, "select carillon.watch('fleeting', 'fleeting')");
            }
            scene.sql("insert into fleeting values (1, 'overtaken')");
            var cursor = Scene.one(reader, "select carillon.cursor()");
            scene.sql(
                    "begin; truncate fleeting; insert into fleeting values (2, 'overtaken');"
                            + " commit");
            assertThat(
                            Scene.one(
                                    reader,
                                    "select count(*) from fleeting where tenant_id = 'overtaken'"))
                    .isEqualTo("0");
            try (var page = scene.page("overtaken", cursor, "fleeting")) {
                var message = page.next();
                // A node that had not seen the TRUNCATE yet answers first and tells of it then.
                while ("events".equals(message.get("push"))
                        || Boolean.TRUE.equals(message.get("ok"))) {
                    message = page.next();
                }
                assertThat(message.toString()).contains("truncated");
            }
        }
    }

    /// Only the end of a transaction without events lies between the node and the cursor: no bell
    /// tells of it, and the page shall not wait for one.
    @Test
    void aCursorThatIsNewerThanTheNodeIsServedAtOnce() throws Exception {
        var fresh = PostgresFixture.databaseAside();
        try (var node = TestNode.start(fresh, "carillon.tail.sleep", "10s");
                var connection = fresh.asSuperuser()) {
            node.open("news");
            try (var silent = fresh.asSuperuser()) {
                silent.setAutoCommit(false);
                Scene.run(silent, "select pg_current_xact_id()");
                node.emit("acme", "news", "told", "1");
                node.awaitSeen();
                try (var page = new Page(node.port(), TestNode.token("acme", "ana"))) {
                    page.subscribe(null, "news");
                    page.live();
                    silent.rollback();
                    var cursor = Scene.one(connection, "select carillon.cursor()");
                    var began = System.nanoTime();
                    page.client.command("\"command\":\"unsubscribe\",\"channels\":[\"news\"]");
                    page.live();
                    page.subscribe(cursor, "news");
                    page.live();
                    assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(4_000);
                }
            }
        }
    }
}
