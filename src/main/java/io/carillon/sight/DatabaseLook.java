package io.carillon.sight;

import io.carillon.database.Database;
import io.micronaut.context.annotation.Context;

import jakarta.annotation.PreDestroy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;

/// Asks Postgres, with every census, what lies in the way of events there: a filling notification
/// queue, old transactions, writers that queue for the bell.
///
/// One query in `carillon.sight.census`, on a virtual thread; figures may be read by any thread.
/// They are NaN before the first answer, while Postgres is away, and where the role may not know
/// (the age of others' transactions needs `pg_read_all_stats`, see `carillon.doctor()`).
@Context
public final class DatabaseLook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseLook.class);
    private static final String LOOK =
            """
            select pg_notification_queue_usage(),
              case when pg_has_role(current_user, 'pg_read_all_stats', 'usage') then greatest(0,
                (select extract(epoch from clock_timestamp() - min(xact_start)) from pg_stat_activity
                  where datname = current_database() and backend_type = 'client backend'
                    and pid <> pg_backend_pid()),
                (select extract(epoch from clock_timestamp() - min(prepared)) from pg_prepared_xacts
                  where database = current_database())) end,
              pg_snapshot_xmax(s)::text::bigint - pg_snapshot_xmin(s)::text::bigint,
              (select count(*) from pg_locks where locktype = 'object'
                and classid = 'pg_database'::regclass and objid = 0 and not granted)
              from pg_current_snapshot() as s
            """;

    private final Database database;
    private final SightSettings settings;
    private final Thread thread;
    private volatile Found last = Found.NOTHING;

    /// @param notificationQueue how full the queue of notifications is, 0 to 1; when it is full,
    ///     commits that notify fail
    /// @param oldestTransaction how long the oldest transaction has been running, in seconds
    /// @param openTransactions transaction ids between the oldest that runs and the newest: what
    ///     cursors and snapshots have to reckon with
    /// @param bellWaiters transactions that wait for the lock of NOTIFY now
    public record Found(
            double notificationQueue,
            double oldestTransaction,
            double openTransactions,
            double bellWaiters) {
        static final Found NOTHING = new Found(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    public DatabaseLook(Database database, SightSettings settings) {
        this.database = database;
        this.settings = settings;
        this.thread = Thread.ofVirtual().name("carillon-database-look").start(this::repeat);
    }

    /// @return what the last look found
    public Found last() {
        return last;
    }

    private void repeat() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                look();
                Thread.sleep(settings.census());
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }

    private void look() {
        try {
            last = database.read(DatabaseLook::found);
        } catch (RuntimeException away) {
            last = Found.NOTHING;
            LOG.debug("the look at Postgres failed: {}", away.getMessage());
        }
    }

    private static Found found(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(LOOK)) {
            rows.next();
            var oldest = rows.getDouble(2);
            return new Found(
                    rows.getDouble(1),
                    rows.wasNull() ? Double.NaN : oldest,
                    rows.getDouble(3),
                    rows.getDouble(4));
        }
    }

    @Override
    @PreDestroy
    public void close() {
        thread.interrupt();
    }
}
