package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.database.PostgresFixture;
import io.carillon.database.PostgresFixture.FreshDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Promise 4: publishing takes no lock that another writer waits for, and rings only while somebody
/// sleeps. How a node stays awake when writers queue is shown by `TailTest`.
@Tag("F4")
@Timeout(60)
class UnhinderedWritersTest {
    private static final String SLEEPING = "insert into carillon.node (id) values ('sleeper')";
    private static final String AWAKE =
            "insert into carillon.node (id, awake_until) values ('waker', clock_timestamp() +"
                    + " interval '1 min')";

    private final FreshDatabase fresh = PostgresFixture.freshDatabase();
    private final List<Connection> open = new ArrayList<>();
    private Connection owner;

    @BeforeEach
    void start() throws SQLException {
        owner = keep(fresh.asOwner());
        Scene.run(owner, "select carillon.allow_watch('application')");
        Scene.run(owner, "select carillon.allow_emit('application')");
        var application = writer();
        Scene.run(application, "create table orders (id int primary key, tenant_id text, n int)");
        Scene.run(
                application,
                "insert into orders select n, 'acme', 0 from generate_series(1, 20) n");
        Scene.run(application, "select carillon.watch('orders', 'orders')");
    }

    @AfterEach
    void stop() throws SQLException {
        for (var connection : open) {
            connection.close();
        }
        fresh.close();
    }

    private Connection keep(Connection connection) {
        open.add(connection);
        return connection;
    }

    private Connection writer() throws SQLException {
        return keep(fresh.asApplication());
    }

    @Test
    void writersOfOneTenantChannelAndTableWaitForNobody() throws SQLException {
        Scene.run(owner, SLEEPING);
        var first = writer();
        var second = writer();
        Scene.run(second, "set lock_timeout = '100ms'");
        first.setAutoCommit(false);
        second.setAutoCommit(false);
        // In both orders: whatever was taken, the one waits for nothing of the other's.
        Scene.run(first, "update orders set n = 1 where id = 1");
        Scene.run(first, "select carillon.emit('acme', 'orders', 'told', '1')");
        Scene.run(second, "update orders set n = 1 where id = 2");
        Scene.run(second, "select carillon.emit('acme', 'orders', 'told', '1')");
        Scene.run(second, "insert into orders values (21, 'acme', 0)");
        second.commit();
        Scene.run(first, "update orders set n = 2 where id = 2");
        first.commit();
        assertThat(
                        Scene.one(
                                owner,
                                "select count(*) from carillon.event where type like 'orders.%'"))
                .isEqualTo("4");
    }

    @Test
    void aWriterHoldsOnlyWhatAnyInsertHolds() throws SQLException {
        Scene.run(owner, SLEEPING);
        var writer = writer();
        writer.setAutoCommit(false);
        Scene.run(writer, "update orders set n = 1 where id = 1");
        Scene.run(writer, "select carillon.emit('acme', 'orders', 'told', '1')");
        var held =
                Scene.one(
                        writer,
                        "select string_agg(distinct mode, ', ') from pg_locks where pid ="
                                + " pg_backend_pid() and locktype not in ('virtualxid',"
                                + " 'transactionid')");
        assertThat(held).isEqualTo("AccessShareLock, RowExclusiveLock");
        assertThat(
                        Scene.one(
                                writer,
                                "select count(*) from pg_locks where pid = pg_backend_pid() and"
                                        + " locktype in ('object', 'advisory', 'tuple')"))
                .isEqualTo("0");
        writer.commit();
    }

    @Test
    void aWriterRingsOnceWhileSomebodySleepsAndNotWhileAllAreAwake() throws SQLException {
        var listener = keep(fresh.asSuperuser());
        Scene.run(listener, "listen carillon");
        var writer = writer();
        assertThat(bells(listener, writer)).as("nobody is there").isZero();
        Scene.run(owner, AWAKE);
        assertThat(bells(listener, writer)).as("all are awake").isZero();
        Scene.run(owner, SLEEPING);
        assertThat(bells(listener, writer)).as("one sleeps").isEqualTo(1);
        Scene.run(writer, "set carillon.bell = off");
        assertThat(bells(listener, writer)).as("silenced").isZero();
    }

    private static int bells(Connection listener, Connection writer) throws SQLException {
        writer.setAutoCommit(false);
        Scene.run(writer, "update orders set n = n + 1");
        Scene.run(writer, "select carillon.emit('acme', 'orders', 'told', '1')");
        writer.commit();
        writer.setAutoCommit(true);
        Scene.run(listener, "select 1");
        var heard = listener.unwrap(PGConnection.class).getNotifications();
        return heard == null ? 0 : heard.length;
    }

    @Test
    void theLogMayBeEmptiedWhileAWriterIsInTheMiddleOfATransaction() throws SQLException {
        var writer = writer();
        writer.setAutoCommit(false);
        Scene.run(writer, "update orders set n = 1 where id = 1");
        assertThat(Scene.one(owner, "select coalesce(carillon.rotate(), 'nothing')"))
                .isEqualTo("nothing");
        var other = writer();
        Scene.run(other, "set lock_timeout = '1s'");
        Scene.run(other, "update orders set n = 1 where id = 2");
        writer.commit();
    }
}
