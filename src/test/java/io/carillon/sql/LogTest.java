package io.carillon.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;

/// Positions, retention and adoption of the log, as SQL gives them.
@Tag("F13")
class LogTest {
    private Session.Pair pair;
    private Session application;
    private Session log;

    @BeforeEach
    void open() throws SQLException {
        pair = Session.Pair.open();
        application = pair.application();
        log = pair.log();
    }

    @AfterEach
    void close() throws SQLException {
        pair.close();
    }

    private void emit(Session session) throws SQLException {
        session.run("select carillon.emit('acme', 'orders', 'order.paid')");
    }

    private String cursor(Session session) throws SQLException {
        return session.one("select substr(carillon.cursor(), 15)");
    }

    private long lastXid() throws SQLException {
        return Long.parseLong(log.one("select max(xid) from carillon.event"));
    }

    @Test
    @Tag("A9")
    void aCursorIsTrimmedToTheLastEventAndDoesNotMoveWhileNothingIsEmitted() throws SQLException {
        emit(application);
        application.run("create table busy ()");

        assertThat(cursor(application)).isEqualTo(Long.toHexString(lastXid() + 1));
        assertThat(application.one("select left(carillon.cursor(), 14)"))
                .isEqualTo("1" + log.one("select carillon.epoch()") + "-");
    }

    @Test
    void aCursorNamesThoseThatStillRunBelowIt() throws SQLException {
        application.begin();
        emit(application);
        var running = Long.parseLong(application.one("select pg_current_xact_id()"));
        emit(log);

        assertThat(cursor(log))
                .isEqualTo(
                        Long.toHexString(lastXid() + 1)
                                + "."
                                + Long.toHexString(lastXid() + 1 - running));

        application.commit();
        assertThat(cursor(log)).isEqualTo(Long.toHexString(lastXid() + 1));
    }

    @Test
    void aCursorBelongsToTheCallersSnapshot() throws SQLException {
        emit(log);
        application.run("begin isolation level repeatable read read only");
        var before = cursor(application);
        emit(log);
        assertThat(cursor(application)).isEqualTo(before);
        application.run("commit");
        assertThat(cursor(application)).isNotEqualTo(before);
    }

    @Test
    void whatTheCallingTransactionWroteItselfIsStillToCome() throws SQLException {
        emit(log);
        application.begin();
        emit(application);
        var own = Long.parseLong(application.one("select pg_current_xact_id()"));
        emit(log);

        assertThat(cursor(application)).endsWith("." + Long.toHexString(lastXid() + 1 - own));
        application.commit();
    }

    @Test
    void aCursorThatWouldNameTooManyOrBeTooLongIsRefused() throws SQLException {
        assertThat(
                        log.one(
                                "select length(carillon.write_cursor(4096, array(select"
                                        + " generate_series(1, 4096))))"))
                .isEqualTo("16133");
        assertThat(
                        log.refused(
                                "select carillon.write_cursor(4097, array(select generate_series(1,"
                                        + " 4097)))"))
                .startsWith("CA011")
                .contains("more than a cursor can name");
        assertThat(
                        log.refused(
                                "select carillon.write_cursor(99999999999, array(select"
                                        + " generate_series(1, 2000)))"))
                .startsWith("CA011")
                .contains("more than 16384");
    }

    @Test
    void theNextSlotIsEmptiedAndTheCurrentOneNever() throws SQLException {
        emit(application);
        log.run(
                "insert into carillon.event (slot, tenant, channel, type) select (carillon.slot() +"
                        + " s) & 7, 'acme', 'old', 'a.b' from generate_series(1, 7) s");
        var xid = lastXid();

        try (var runtime = new Session(pair.database().asRuntime())) {
            assertThat(runtime.one("select carillon.rotate()"))
                    .startsWith("emptied carillon.event_");
            assertThat(runtime.one("select carillon.rotate()")).isEqualTo("null");
        }

        assertThat(log.one("select dropped_through from carillon.log_state"))
                .isEqualTo(Long.toString(xid));
        assertThat(log.one("select count(*) from carillon.event")).isEqualTo("7");
        assertThat(log.one("select count(*) from carillon.event where slot = carillon.slot()"))
                .isEqualTo("1");
        assertThat(
                        log.one(
                                "select count(*) from carillon.event where slot = (carillon.slot()"
                                        + " + 1) & 7"))
                .isEqualTo("0");
        // The cursor keeps its distance from what was dropped, though nothing of it is left.
        log.run("delete from carillon.event");
        assertThat(cursor(application)).isEqualTo(Long.toHexString(xid + 1));
        assertThat(log.refused("begin isolation level repeatable read; select carillon.rotate()"))
                .startsWith("CA012");
        log.run("rollback");
    }

    @Test
    @Tag("F4")
    void aSlotThatSomebodyHoldsIsBusyAndLaterEmptied() throws SQLException {
        log.run(
                "insert into carillon.event (slot, tenant, channel, type) select (carillon.slot() +"
                        + " 1) & 7, 'acme', 'old', 'a.b'");
        try (var reader = new Session(pair.database().asSuperuser())) {
            reader.begin();
            reader.one("select count(*) from carillon.event");

            assertThat(log.one("select carillon.rotate()")).isEqualTo("busy");
            assertThat(log.one("select dropped_through from carillon.log_state")).isEqualTo("0");
            emit(application);

            reader.commit();
        }
        assertThat(log.one("select carillon.rotate()")).startsWith("emptied");
    }

    @Test
    void retentionIsSetInHoursPerSlotAndTodayStaysInItsSlot() throws SQLException {
        var slot = log.one("select carillon.slot()");
        for (int hours : new int[] {1, 28, 720, 12}) {
            assertThat(log.one("select carillon.retain(" + hours + ")"))
                    .isEqualTo("events are kept for at least " + hours * 6 + " hours from now on");
            assertThat(log.one("select carillon.slot()")).isEqualTo(slot);
            assertThat(
                            log.one(
                                    "select carillon.next_turn() > now() and carillon.next_turn()"
                                            + " <= now() + interval '1 hour' * "
                                            + hours))
                    .isEqualTo("t");
        }
        assertThat(log.refused("select carillon.retain(0)")).startsWith("CA001");
        emit(application);
        assertThat(application.refused("select carillon.retain(1)")).startsWith("42501");
    }

    @Test
    void aForeignLogIsPutAside() throws SQLException {
        try (var runtime = new Session(pair.database().asRuntime())) {
            // The migrations' own orders to the nodes.
            log.run("truncate carillon.event");
            emit(application);
            var epoch = runtime.one("select carillon.epoch()");
            assertThat(runtime.one("select carillon.adopt_log()")).isEqualTo("null");

            log.run(
                    "insert into carillon.event (xid, tenant, channel, type) select"
                            + " (pg_snapshot_xmax(pg_current_snapshot())::text::bigint +"
                            + " 1000)::text::xid8, 'acme', 'x', 'a.b'");

            assertThat(runtime.one("select carillon.adopt_log()"))
                    .contains("came from another database", "2 events", "carillon.event_aside_");
            assertThat(runtime.one("select carillon.epoch()"))
                    .matches("[0-9a-f]{12}")
                    .isNotEqualTo(epoch);
            assertThat(log.one("select count(*) from carillon.event")).isEqualTo("0");
            var aside =
                    log.one(
                            "select c.oid::regclass from pg_class c where relname like"
                                    + " 'event_aside_%'");
            assertThat(log.one("select count(*) from " + aside)).isEqualTo("2");
            assertThat(runtime.one("select carillon.adopt_log()")).isEqualTo("null");

            log.run("update carillon.log_state set dropped_through = '9000000000'");
            assertThat(runtime.one("select carillon.adopt_log()")).isNotEqualTo("null");
            assertThat(log.one("select dropped_through from carillon.log_state")).isEqualTo("0");
        }
    }
}
