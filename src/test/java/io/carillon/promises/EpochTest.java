package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Promise 2, where the log is another one: a cursor of the old one is answered with a reset, never
/// taken for a place in the new.
@Tag("A3")
@Timeout(180)
class EpochTest {
    private Scene scene;

    @BeforeEach
    void start() throws Exception {
        scene = new Scene();
        scene.startNode();
        scene.sql("select carillon.rule('news')");
    }

    @AfterEach
    void stop() throws IOException {
        scene.close();
    }

    private void assertReset(String cursor) throws Exception {
        try (var page = scene.page("acme", cursor, "news")) {
            assertThat(page.reset()).isEqualTo("epoch");
            page.subscribe(scene.one("select carillon.cursor()"), "news");
            page.live();
            scene.emit("acme", 99);
            assertThat(page.hear(1)).containsExactly("99");
        }
    }

    @Test
    void aNewUuidResetsWhoIsThereAndWhoComesBack() throws Exception {
        scene.emit("acme", 1);
        var cursor = scene.one("select carillon.cursor()");
        try (var page = scene.page("acme", cursor, "news").live()) {
            scene.sql("update carillon.log_state set epoch = gen_random_uuid()");
            scene.sql(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name"
                            + " = 'carillon tail'");
            assertThat(page.reset()).isEqualTo("epoch");
        }
        assertReset(cursor);
    }

    /// The copy has the same uuid, the same system, the same database, and transaction ids that
    /// mean other transactions now.
    @Test
    void aRestoredCopyOfTheDataOnItsOwnTimelineResets() throws Exception {
        scene.emit("acme", 1);
        scene.stopNode();
        var data = scene.folder().resolve("data");
        var copy = scene.folder().resolve("copy");
        scene.postgres().stop();
        copy(data, copy);
        scene.postgres().start();
        scene.emit("acme", 2, 3, 4);
        var cursor = scene.one("select carillon.cursor()");
        scene.postgres().stop();
        delete(data);
        Files.move(copy, data);
        // Recovery to the end of what is there, then a timeline of its own, as after any restore.
        Files.createFile(data.resolve("recovery.signal"));
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "max_prepared_transactions = 10\nrestore_command = 'false'\n");
        scene.postgres().start();
        Scene.await("recovery ends", () -> "f".equals(quietly("select pg_is_in_recovery()")));
        assertThat(scene.one("select left(pg_walfile_name(pg_current_wal_lsn()), 8)"))
                .isEqualTo("00000002");
        scene.startNode();
        scene.emit("acme", 12, 13, 14, 15);
        assertReset(cursor);
    }

    private String quietly(String sql) {
        try {
            return scene.one(sql);
        } catch (java.sql.SQLException recovering) {
            return "";
        }
    }

    @Test
    void anotherDatabaseMadeOfThisOneResets() throws Exception {
        scene.emit("acme", 1);
        var cursor = scene.one("select carillon.cursor()");
        scene.stopNode();
        try (var connection = scene.maintenance()) {
            Scene.run(connection, "alter database carillon rename to before");
            Scene.run(connection, "create database carillon template before");
        }
        scene.startNode();
        scene.emit("acme", 2);
        assertReset(cursor);
    }

    @Test
    void anotherClusterWithACopyOfTheTablesResetsAndPutsTheOldLogAside() throws Exception {
        scene.emit("acme", 1);
        var cursor = scene.one("select carillon.cursor()");
        scene.stopNode();
        // As a logical restore brings it: rows whose transaction ids this cluster has not given
        // out.
        scene.sql(
                "update carillon.event set xid ="
                        + " (pg_snapshot_xmax(pg_current_snapshot())::text::bigint +"
                        + " 1000)::text::xid8");
        scene.startNode();
        assertThat(scene.one("select count(*) from carillon.event")).isEqualTo("0");
        assertReset(cursor);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file)),
                        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
