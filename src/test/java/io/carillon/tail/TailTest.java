package io.carillon.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Cursor;
import io.carillon.channel.Inspector;
import io.carillon.database.PostgresFixture;
import io.carillon.database.PostgresFixture.FreshDatabase;
import io.carillon.hub.Hub;
import io.carillon.hub.Lane;
import io.carillon.identity.NodeId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// The tail on a real Postgres: what commits is heard once, in order, whatever the transactions do.
@Tag("A1")
@Timeout(60)
class TailTest {
    private final FreshDatabase fresh = PostgresFixture.freshDatabase();
    private final Hub hub = new Hub(1 << 22);
    private final NodeId node = NodeId.random();
    private Tail tail;
    private Recorder recorder;
    private Connection writer;

    static TailSettings settings() {
        return new TailSettings(
                Duration.ofSeconds(10),
                Duration.ofMillis(50),
                Duration.ofMillis(2),
                Duration.ofMillis(600),
                100,
                200,
                50,
                2_000,
                5_000,
                1_000);
    }

    @BeforeEach
    void start() throws Exception {
        tail = follow(settings());
        recorder = new Recorder(hub, "acme", "a", "b");
        writer = fresh.asOwner();
    }

    private static TailSettings preloading(int events) {
        var usual = settings();
        return new TailSettings(
                usual.sleep(),
                usual.blindSleep(),
                usual.poll(),
                usual.promise(),
                usual.busyBells(),
                usual.page(),
                usual.bulk(),
                usual.batch(),
                usual.ephemeralRate(),
                events);
    }

    private Tail follow(TailSettings settings) throws InterruptedException {
        return follow(hub, node, settings);
    }

    private Tail follow(Hub hub, NodeId node, TailSettings settings) throws InterruptedException {
        var started = new Tail(fresh.database(), hub, node, settings, Inspector.NONE);
        started.start();
        assertThat(started.awaitReady(Duration.ofSeconds(20))).isTrue();
        return started;
    }

    @AfterEach
    void stop() throws SQLException {
        tail.close();
        recorder.close();
        writer.close();
        fresh.close();
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        return TailReader.one(connection, sql);
    }

    private static void emit(Connection connection, Object... values) throws SQLException {
        for (var value : values) {
            run(connection, "select carillon.emit('acme', 'a', 'told', '" + value + "')");
        }
    }

    private void awaitState(Tail.State state) {
        while (tail.state() != state) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatCommitsIsHeardAndWhatRollsBackIsNot() throws Exception {
        emit(writer, 1);
        writer.setAutoCommit(false);
        emit(writer, 2);
        writer.rollback();
        emit(writer, 3);
        var savepoint = writer.setSavepoint();
        emit(writer, 4);
        writer.rollback(savepoint);
        emit(writer, 5);
        writer.commit();
        assertThat(recorder.next(3)).containsExactly("1", "3", "5");
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void aTransactionThatCommitsLateIsHeardWhenItCommitsAndDelaysNobody() throws Exception {
        try (var slow = fresh.asOwner()) {
            slow.setAutoCommit(false);
            emit(slow, "\"slow\"");
            emit(writer, 1, 2);
            assertThat(recorder.next(2)).containsExactly("1", "2");
            slow.commit();
            assertThat(recorder.next()).isEqualTo("\"slow\"");
            emit(writer, 3);
            assertThat(recorder.next()).isEqualTo("3");
        }
    }

    @Test
    @Tag("F2")
    void anEventMayBeLargerThanANotification() throws Exception {
        run(writer, "select carillon.emit('acme', 'a', 'told', to_jsonb(repeat('x', 100000)))");
        assertThat(recorder.next()).hasSize(100_002);
    }

    @Test
    void aPreparedTransactionIsHeardWhenItIsCommitted() throws Exception {
        if (one(writer, "show max_prepared_transactions").equals("0")) {
            // This server has none; CommittedTest brings one that does.
            return;
        }
        run(writer, "begin; set local carillon.bell = off");
        emit(writer, 1);
        run(writer, "prepare transaction 'later'");
        emit(writer, 2);
        assertThat(recorder.next()).isEqualTo("2");
        run(writer, "commit prepared 'later'");
        assertThat(recorder.next()).isEqualTo("1");
    }

    @Test
    void moreThanAPageInOneTransactionIsReadThroughAPortal() throws Exception {
        run(
                writer,
                "select carillon.emit('acme', case when n % 20 = 0 then 'a' else 'other' || n end,"
                        + " 'told', to_jsonb(n)) from generate_series(1, 900) n");
        assertThat(recorder.next(45))
                .isEqualTo(
                        IntStream.rangeClosed(1, 45).mapToObj(number -> "" + number * 20).toList());
    }

    @Test
    void bulkIsAResetAtBothItsEndsAndOtherChannelsAreToldAsEver() throws Exception {
        run(
                writer,
                "select carillon.emit('acme', 'a', 'told', to_jsonb(n))"
                        + " from generate_series(1, 1000) n;"
                        + " select carillon.emit('acme', 'b', 'told', '1')");
        assertThat(recorder.next(3)).containsExactly("reset bulk", "reset bulk", "1");
        emit(writer, 2);
        assertThat(recorder.next()).isEqualTo("2");
    }

    @Test
    void moreThanABatchMayHoldIsLeftToTheLog() throws Exception {
        run(
                writer,
                "select carillon.emit('acme', 'x' || n, 'told', to_jsonb(n))"
                        + " from generate_series(1, 3000) n");
        assertThat(recorder.next()).isEqualTo("skipped");
        emit(writer, 2);
        assertThat(recorder.next()).isEqualTo("2");
    }

    @Test
    void aBroadcastIsHeardAndNotKept() throws Exception {
        run(writer, "select carillon.broadcast('acme', 'a', 'typing.start', '{}')");
        assertThat(recorder.next()).isEqualTo("ephemeral");
        assertThat(one(writer, "select count(*) from carillon.event where tenant = 'acme'"))
                .isEqualTo("0");
    }

    @Test
    @Tag("A6")
    void lostConnectionsLoseNothing() throws Exception {
        try (var superuser = fresh.asSuperuser()) {
            for (var round = 0; round < 5; round++) {
                emit(writer, "1" + round);
                run(
                        superuser,
                        "select pg_terminate_backend(pid) from pg_stat_activity where"
                                + " application_name in ('carillon tail', 'carillon doorbell') and"
                                + " datname = current_database()");
                emit(writer, "2" + round);
                assertThat(recorder.next(2)).containsExactly("1" + round, "2" + round);
            }
        }
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    @Tag("F4")
    void writersThatQueueForTheBellMakeTheNodeStayAwakeAndThenNobodyRings() throws Exception {
        awaitState(Tail.State.ASLEEP);
        var writers = 8;
        try (var pool = Executors.newFixedThreadPool(writers);
                var ringer = fresh.asOwner()) {
            var busy = new java.util.concurrent.atomic.AtomicBoolean(true);
            for (var number = 0; number < writers; number++) {
                pool.submit(() -> writeWhile(busy));
            }
            awaitState(Tail.State.AWAKE);
            // The promise is visible to writers: a transaction with an event does not ring now.
            run(ringer, "listen carillon");
            // One that stood still for longer than it had promised promises anew.
            var promised = "select awake_until > clock_timestamp() from carillon.node";
            while (!one(ringer, promised).equals("t")) {
                Thread.onSpinWait();
            }
            busy.set(false);
        }
        awaitState(Tail.State.ASLEEP);
        emit(writer, "\"after\"");
        var heard = recorder.next();
        while (heard.equals("skipped")) {
            // More of the others' at once than a batch holds.
            heard = recorder.next();
        }
        assertThat(heard).isEqualTo("\"after\"");
    }

    private Object writeWhile(java.util.concurrent.atomic.AtomicBoolean busy) throws SQLException {
        try (var connection = fresh.asOwner()) {
            while (busy.get()) {
                run(connection, "select carillon.emit('acme', 'other', 'told', '1')");
            }
        }
        return "done";
    }

    @Test
    void aBellThatWasNotRungIsMadeUpForByALook() throws Exception {
        tail.close();
        var restless = settings();
        tail =
                follow(
                        new TailSettings(
                                Duration.ofMillis(50),
                                restless.blindSleep(),
                                restless.poll(),
                                restless.promise(),
                                restless.busyBells(),
                                restless.page(),
                                restless.bulk(),
                                restless.batch(),
                                restless.ephemeralRate(),
                                1_000));
        assertThat(recorder.next()).isEqualTo("skipped");
        run(writer, "set carillon.bell = off");
        emit(writer, 1);
        assertThat(recorder.next()).isEqualTo("1");
    }

    @Test
    void anotherLogResetsEverybody() throws Exception {
        emit(writer, 1);
        assertThat(recorder.next()).isEqualTo("1");
        run(writer, "update carillon.log_state set epoch = gen_random_uuid()");
        try (var superuser = fresh.asSuperuser()) {
            run(
                    superuser,
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where application_name in ('carillon tail', 'carillon doorbell')"
                            + " and datname = current_database()");
        }
        assertThat(recorder.next()).isEqualTo("reset all epoch");
        emit(writer, 2);
        assertThat(recorder.next()).isEqualTo("2");
    }

    @Test
    void whatWasDroppedWhileTheTailWasAwayIsNotPassedOver() throws Exception {
        emit(writer, 1);
        assertThat(recorder.next()).isEqualTo("1");
        try (var superuser = fresh.asSuperuser()) {
            run(superuser, "update carillon.log_state set dropped_through = pg_current_xact_id()");
            run(
                    superuser,
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where application_name in ('carillon tail', 'carillon doorbell')"
                            + " and datname = current_database()");
        }
        assertThat(recorder.next()).isEqualTo("skipped");
    }

    @Test
    void aNodeThatStopsTakesItsRowAway() throws Exception {
        var mine = "select count(*) from carillon.node where id = '" + node.value() + "'";
        assertThat(one(writer, mine)).isEqualTo("1");
        tail.close();
        assertThat(one(writer, mine)).isEqualTo("0");
        tail = follow(settings());
        assertThat(one(writer, mine)).isEqualTo("1");
    }

    @Test
    void theRingIsLoadedWithTheLastEventsAtStart() throws Exception {
        emit(writer, 1, 2, 3);
        recorder.next(3);
        var other = new Hub(1 << 22);
        var second = new Tail(fresh.database(), other, NodeId.random(), settings(), Inspector.NONE);
        second.start();
        assertThat(second.awaitReady(Duration.ofSeconds(20))).isTrue();
        assertThat(Objects.requireNonNull(other.ring()).weight()).isGreaterThan(600);
        second.close();
    }

    /// Who came back after a restart would else read the log, all at once.
    @Test
    @Tag("A9")
    void aTransactionThatIsOpenAtTheStartKeepsNobodyFromMemory() throws Exception {
        try (var slow = fresh.asOwner()) {
            slow.setAutoCommit(false);
            emit(slow, "\"slow\"");
            emit(writer, 1, 2, 3, 4, 5, 6, 7, 8);
            var place = Objects.requireNonNull(Cursor.parse(cursor())).place();
            emit(writer, 9);
            var other = new Hub(1 << 22);
            try (var second = follow(other, NodeId.random(), preloading(4));
                    var heard = new Recorder(other, "acme", "a")) {
                var lane = heard.lane();
                var answer =
                        lane.loop()
                                .submit(() -> lane.since(place, "acme", Set.of("a")))
                                .syncUninterruptibly()
                                .getNow();
                assertThat(answer).isInstanceOf(Lane.Answer.Ready.class);
                slow.commit();
                emit(writer, 10);
                assertThat(heard.next(2)).containsExactly("\"slow\"", "10");
                assertThat(second.eventsRead()).isLessThan(10);
            }
        }
    }

    private String cursor() throws SQLException {
        return one(writer, "select carillon.cursor()");
    }
}
