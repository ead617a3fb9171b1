package io.carillon.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carillon.channel.Cursor;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

class DatabaseTest {
    private static PostgresFixture.FreshDatabase fresh;
    private static Database database;

    @BeforeAll
    static void makeTables() throws SQLException {
        fresh = PostgresFixture.freshDatabase();
        try (var owner = fresh.asSuperuser()) {
            run(owner, "create table public.account (id int primary key, amount int not null)");
            run(owner, "insert into public.account values (1, 10), (2, 20)");
            run(owner, "create table public.note (text text check (text <> 'no'))");
            run(owner, "grant all on public.account, public.note to " + Roles.RUNTIME);
        }
        database = fresh.database();
    }

    @AfterAll
    static void drop() {
        fresh.close();
    }

    @Test
    void aReadSeesOneSnapshotFromItsFirstStatementToItsLast() {
        var amounts =
                database.read(connection -> {
                    var before = number(connection, "select amount from account where id = 1");
                    database.write(
                            Writer.NODE,
                            other ->
                                    run(
                                            other,
                                            "update account set amount = amount + 1 where id = 1"));
                    var after = number(connection, "select amount from account where id = 1");
                    return after - before;
                });

        assertThat(amounts).isZero();
    }

    @Test
    void aReadCannotWrite() {
        assertThatThrownBy(() -> database.read(connection -> run(connection, "delete from note")))
                .isInstanceOfSatisfying(
                        StatementFailed.class,
                        failed -> assertThat(failed.state()).isEqualTo("25006"));
        // The connection goes back to the pool fit for writing.
        database.write(Writer.NODE, connection -> run(connection, "delete from note"));
    }

    @Test
    @Tag("A9")
    void aDatedReadingCarriesTheCursorOfItsVerySnapshot() {
        var reading =
                database.readAt(connection -> {
                    // Committed after the snapshot: neither in the value nor in the cursor.
                    database.write(Writer.NODE, DatabaseTest::emit);
                    return text(connection, "select carillon.cursor()");
                });

        assertThat(reading.cursor()).isEqualTo(reading.value());
        assertThat(Cursor.parse(reading.cursor())).isNotNull();
        assertThat(database.readAt(connection -> 0).cursor()).isNotEqualTo(reading.cursor());
    }

    @Test
    @Tag("F13")
    void theCursorIsStableWhileNothingIsPublished() {
        assertThat(database.readAt(connection -> 0)).isEqualTo(database.readAt(connection -> 0));
    }

    @Test
    void aWriterIsKnownInsideItsTransactionAndNowhereElse() {
        var who = new Writer("acme", "ann", "request-7", "client-1");
        var names =
                "select concat_ws(',', current_setting('carillon.tenant', true),"
                        + " current_setting('carillon.actor', true),"
                        + " current_setting('carillon.correlation_id', true),"
                        + " current_setting('carillon.ref', true))";
        try (var single = openPool(Duration.ofSeconds(10))) {
            var alone = single.database();
            assertThat(written(alone, who, names)).isEqualTo("acme,ann,request-7,client-1");
            // The same connection of the pool, the next transaction.
            assertThat(asked(alone, names)).isEqualTo(",,,");
            assertThat(written(alone, Writer.NODE, names)).isEqualTo(",,,");
        }
    }

    @Test
    void whatThrowsIsRolledBack() {
        assertThatThrownBy(() ->
                        database.write(
                                Writer.NODE,
                                connection -> {
                                    run(connection, "insert into note values ('lost')");
                                    throw new IllegalStateException("changed my mind");
                                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(asked(database, "select count(*) from note where text = 'lost'")).isEqualTo("0");
    }

    @Test
    void aRefusalOfPostgresCarriesItsState() {
        var failed =
                catchThrowableOfType(
                        StatementFailed.class,
                        () ->
                                database.write(
                                        Writer.NODE,
                                        c -> run(c, "insert into note values ('no')")));

        assertThat(failed.state()).isEqualTo("23514");
    }

    @Test
    void aDeadlockDissolvesByItself() throws Exception {
        var meeting = new CyclicBarrier(2);
        var runs = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = threads.submit(() -> transfer(1, 2, meeting, runs));
            var two = threads.submit(() -> transfer(2, 1, meeting, runs));
            one.get();
            two.get();
        }

        assertThat(runs.get()).isEqualTo(3);
    }

    /// Both have their first row before either asks for its second: in the first round only.
    private static int transfer(int from, int to, CyclicBarrier meeting, AtomicInteger runs) {
        var first = new AtomicInteger();
        return database.write(
                Writer.NODE,
                connection -> {
                    runs.incrementAndGet();
                    run(connection, "update account set amount = amount - 1 where id = " + from);
                    if (first.getAndIncrement() == 0) {
                        await(meeting);
                    }
                    return run(
                            connection, "update account set amount = amount + 1 where id = " + to);
                });
    }

    @Test
    void aSerializationFailureIsTriedABoundedNumberOfTimes() {
        var runs = new AtomicInteger();
        var failed =
                catchThrowableOfType(
                        StatementFailed.class,
                        () ->
                                database.write(
                                        Writer.NODE,
                                        connection -> {
                                            runs.incrementAndGet();
                                            return run(
                                                    connection,
                                                    "do $$ begin raise sqlstate '40001'; end $$");
                                        }));

        assertThat(failed.state()).isEqualTo("40001");
        assertThat(runs.get()).isEqualTo(Database.WRITE_ATTEMPTS);
    }

    @Test
    void anExhaustedPoolIsSaidInOneCode() throws Exception {
        // Long enough for the first connection, however slowly it is made.
        try (var single = openPool(Duration.ofSeconds(3));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var taken = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            var holder =
                    threads.submit(() ->
                            single.database()
                                    .read(connection -> {
                                        taken.countDown();
                                        return await(release);
                                    }));
            taken.await();

            var refused =
                    catchThrowableOfType(
                            DatabaseUnavailable.class,
                            () -> single.database().read(connection -> 0));

            assertThat(refused.code()).isEqualTo("database_unavailable");
            assertThat(refused.outcome()).isEqualTo(DatabaseUnavailable.Outcome.NOT_DONE);
            release.countDown();
            holder.get();
        }
    }

    @Test
    void aConnectionThatIsCutIsSaidInTheSameCodeAndThePoolGoesOn() {
        var refused =
                catchThrowableOfType(
                        DatabaseUnavailable.class,
                        () ->
                                database.write(
                                        Writer.NODE,
                                        connection -> {
                                            cut(number(connection, "select pg_backend_pid()"));
                                            return number(connection, "select 1");
                                        }));

        assertThat(refused.outcome()).isEqualTo(DatabaseUnavailable.Outcome.NOT_DONE);
        assertThat(asked(database, "select 1")).isEqualTo("1");
    }

    @Test
    void aConnectionOfItsOwnWorksAsTheRuntimeRoleUnderItsPurpose() throws SQLException {
        try (var tail = database.open("tail")) {
            assertThat(tail.getAutoCommit()).isTrue();
            assertThat(
                            text(
                                    tail,
                                    "select current_user || ' ' ||"
                                            + " current_setting('application_name')"))
                    .isEqualTo("carillon_runtime carillon tail");
        }
    }

    @Test
    void thePoolWorksAsTheRuntimeRole() {
        assertThat(asked(database, "select current_user::text")).isEqualTo("carillon_runtime");
        assertThatThrownBy(
                        () -> database.write(Writer.NODE, c -> run(c, "truncate carillon.event")))
                .isInstanceOfSatisfying(
                        StatementFailed.class,
                        failed -> assertThat(failed.state()).isEqualTo("42501"));
    }

    private static String asked(Database of, String sql) {
        return of.read(connection -> text(connection, sql));
    }

    private static String written(Database to, Writer who, String sql) {
        return to.write(who, connection -> text(connection, sql));
    }

    private static OpenDatabase openPool(Duration wait) {
        return DatabaseStart.open(fresh.config().pooled(1, wait));
    }

    private static int emit(Connection connection) throws SQLException {
        return number(connection, "select carillon.emit('acme', 'news', 'news.made')");
    }

    private static void cut(int pid) throws SQLException {
        try (var superuser = fresh.asSuperuser()) {
            text(superuser, "select pg_terminate_backend(" + pid + ", 5000)::text");
        }
    }

    private static int await(CyclicBarrier meeting) {
        try {
            return meeting.await();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static int await(CountDownLatch latch) {
        try {
            latch.await();
            return 0;
        } catch (InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static int run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    static int number(Connection connection, String sql) throws SQLException {
        return Integer.parseInt(text(connection, sql));
    }

    static String text(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
