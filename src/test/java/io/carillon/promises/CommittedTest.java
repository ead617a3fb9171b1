package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Promise 1: an event exists if and only if its transaction committed. What rolls back, and
/// savepoints, are shown by `TailTest` and `FollowingTest`; here is what a crash and two phases do
/// to it.
@Tag("A1")
@Tag("F2")
@Timeout(120)
@Aside
class CommittedTest {
    private static Scene scene;

    @BeforeAll
    static void start() throws Exception {
        scene = Scene.shared();
        scene.sql(
                "create table if not exists note (id int primary key, tenant_id text); grant all on"
                        + " note to application; alter table note owner to application");
        try (var connection = scene.application()) {
            Scene.run(connection, "select carillon.watch('note', 'note')");
        }
    }

    @Test
    void whatWasSeenIsStillThereAfterACrashThoughItsWriterDidNotWaitForTheDisk() throws Exception {
        try (var page = scene.page("lasting", null, "note").live();
                var writer = scene.application()) {
            Scene.run(writer, "set synchronous_commit = off");
            Scene.run(writer, "insert into note values (1, 'lasting')");
            assertThat(page.hear(1).getFirst()).contains("id=1");
            scene.killPostgres();
            assertThat(scene.one("select count(*) from note where id = 1")).isEqualTo("1");
        }
    }

    @Test
    void whatIsEmittedIsStillThereAfterACrashThoughItsWriterDidNotWaitForTheDisk()
            throws Exception {
        try (var page = scene.page("emitted", null, "news").live();
                var writer = scene.application()) {
            Scene.run(writer, "set synchronous_commit = off");
            Scene.run(writer, "select carillon.emit('emitted', 'news', 'told', '1')");
            assertThat(page.hear(1)).containsExactly("1");
            scene.killPostgres();
            assertThat(scene.one("select count(*) from carillon.event where tenant = 'emitted'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void aPreparedTransactionIsHeardOnceItIsCommittedAlsoAfterACrash() throws Exception {
        try (var page = scene.page("phases", null, "news").live()) {
            prepare("kept", 1);
            prepare("given-up", 2);
            scene.emit("phases", 3);
            assertThat(page.hear(1)).containsExactly("3");
            scene.killPostgres();
            scene.sql("rollback prepared 'given-up'");
            scene.sql("commit prepared 'kept'");
            scene.emit("phases", 4);
            assertThat(page.hear(2)).containsExactly("1", "4");
        }
    }

    @Test
    void whoComesBackFromBeforeAPreparedTransactionWasCommittedGetsItOnce() throws Exception {
        scene.emit("returning", 0);
        prepareFor("returning", "late", 1);
        scene.emit("returning", 2);
        String cursor;
        try (var page =
                scene.page("returning", scene.one("select carillon.cursor()"), "news").live()) {
            cursor = page.cursor;
        }
        scene.sql("commit prepared 'late'");
        try (var page = scene.page("returning", cursor, "news")) {
            assertThat(page.hear(1)).containsExactly("1");
            scene.emit("returning", 3);
            assertThat(page.hear(1)).containsExactly("3");
        }
    }

    private static void prepare(String name, int value) throws Exception {
        prepareFor("phases", name, value);
    }

    private static void prepareFor(String tenant, String name, int value) throws Exception {
        try (var connection = scene.superuser()) {
            Scene.run(connection, "begin; set local carillon.bell = off");
            Scene.run(
                    connection,
                    "select carillon.emit('" + tenant + "', 'news', 'told', '" + value + "')");
            Scene.run(connection, "prepare transaction '" + name + "'");
        }
    }
}
