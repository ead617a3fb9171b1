package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Promise 2: each event once, after a gap what was missed, or a reset with the reason; never a
/// silent hole. Here: transaction ids that Postgres hands out again after a crash, and events that
/// are emptied from the log under a reader.
@Tag("A3")
@Timeout(120)
@Aside
class OnceAndInOrderTest {
    private static Scene scene;

    @BeforeAll
    static void start() throws Exception {
        scene = Scene.shared();
    }

    /// Transaction ids that were used up.
    ///
    /// @param last of them
    /// @param end of their trace in the WAL
    private record Burnt(long last, String end) {
        /// @return whether their trace has been flushed: the WAL writer comes by every ten seconds,
        ///     and whoever commits flushes what is before it
        boolean lasts() throws Exception {
            return scene.one("select pg_current_wal_flush_lsn() >= '" + end + "'").equals("t");
        }
    }

    /// Uses up transaction ids without a flushed trace.
    private static Burnt burn() throws Exception {
        var last = 0L;
        try (var connection = scene.superuser()) {
            Scene.run(connection, "set synchronous_commit = off");
            connection.setAutoCommit(false);
            for (var number = 0; number < 20; number++) {
                Scene.run(
                        connection,
                        "insert into " + (number % 2 == 0 ? "scratch" : "burnt") + " values (1)");
                last = Long.parseLong(Scene.one(connection, "select pg_current_xact_id()::text"));
                if (number % 2 == 0) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
            }
        }
        return new Burnt(last, scene.one("select pg_current_wal_insert_lsn()"));
    }

    private static void assertIdsAreHandedOutAgain(Burnt burnt) throws Exception {
        assertThat(
                        Long.parseLong(
                                scene.one("select pg_snapshot_xmax(pg_current_snapshot())::text")))
                .as("the next transaction id after the crash: otherwise nothing was tested")
                .isLessThan(burnt.last);
    }

    @Test
    void aLiveClientHearsWhatIsWrittenUnderIdsThatWereGivenOutBeforeACrash() throws Exception {
        try (var page = scene.page("live", null, "news").live()) {
            scene.emit("live", 1);
            assertThat(page.hear(1)).containsExactly("1");
            Burnt burnt;
            do {
                burnt = burn();
                scene.awaitLook();
            } while (burnt.lasts());
            scene.killPostgres();
            assertIdsAreHandedOutAgain(burnt);
            scene.emit("live", 2, 3, 4);
            assertThat(page.hear(3)).containsExactly("2", "3", "4");
        }
    }

    @Test
    void anAbsentClientGetsWhatIsWrittenUnderIdsThatWereGivenOutBeforeACrash() throws Exception {
        scene.emit("absent", 1);
        Burnt burnt;
        String ofABackEnd;
        String ofAPage;
        do {
            burnt = burn();
            ofABackEnd = scene.one("select carillon.cursor()");
            try (var page = scene.page("absent", null, "news").live()) {
                ofAPage = page.cursor;
            }
        } while (burnt.lasts());
        scene.killPostgres();
        assertIdsAreHandedOutAgain(burnt);
        scene.emit("absent", 2, 3, 4);
        for (var cursor : List.of(ofABackEnd, ofAPage)) {
            try (var page = scene.page("absent", cursor, "news")) {
                assertThat(page.hear(3)).containsExactly("2", "3", "4");
            }
        }
    }

    @Test
    void aPlaceInsideABatchOutlivesACrash() throws Exception {
        var before = scene.one("select carillon.cursor()");
        scene.sql(
                "select carillon.emit('torn', 'news', 'told', to_jsonb(n)) from generate_series(1,"
                        + " 300) n");
        String inside;
        var heard = new ArrayList<String>();
        try (var page = scene.page("torn", before, "news")) {
            heard.addAll(page.hear(1));
            inside = page.cursor;
        }
        assertThat(heard).as("a run, not the whole batch").hasSizeLessThan(300);
        assertThat(inside.split("-")).as("a place inside a batch").hasSize(4);
        burn();
        scene.killPostgres();
        scene.emit("torn", 301);
        try (var page = scene.page("torn", inside, "news")) {
            heard.addAll(page.hear(301 - heard.size()));
        }
        assertThat(heard)
                .isEqualTo(IntStream.rangeClosed(1, 301).mapToObj(Integer::toString).toList());
    }
}
