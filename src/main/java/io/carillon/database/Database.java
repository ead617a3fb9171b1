package io.carillon.database;

import io.micronaut.data.exceptions.DataAccessException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

/// The way to Postgres for every room: transactions from the pool, and single connections of one's
/// own.
///
/// Injected as a singleton; when it exists, the schema is migrated and the role is checked. Every
/// transaction runs as the runtime role: never as superuser, owner of carillon's tables or with
/// BYPASSRLS.
///
/// Promise: a transaction is committed when the method returns, and rolled back when it throws; the
/// only doubt, a connection lost during COMMIT, is said by [DatabaseUnavailable#outcome].
///
/// Threads: safe for all; every method blocks, so it is called on virtual threads and never on an
/// event loop. Limits: at most `carillon.database.pool-size` transactions at a time; whoever waits
/// longer than `carillon.database.pool-wait` for a free one gets [DatabaseUnavailable].
/// Transactions are not nested: work that calls [#read] or [#write] again takes a second
/// connection. Repositories of micronaut-data work on the connection of the transaction that they
/// are called in ([RepositoryConnections]), and are refused outside of one.
public final class Database {
    /// How often [#write] runs its work at most when Postgres reports a deadlock or a serialization
    /// failure.
    public static final int WRITE_ATTEMPTS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final String SNAPSHOT =
            "set transaction isolation level repeatable read, read only";

    /// The connection of the transaction that the calling thread is in.
    private static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

    private final DataSource pool;
    private final Connector runtime;

    /// @param pool connections that work as the runtime role
    /// @param runtime opens connections outside the pool, as the same role
    public Database(DataSource pool, Connector runtime) {
        this.pool = pool;
        this.runtime = runtime;
    }

    /// Reads in one REPEATABLE READ, read-only transaction: all statements see the same snapshot.
    ///
    /// @param work only reads; it runs once
    /// @return what the work returned
    public <T extends @Nullable Object> T read(Work<T> work) {
        return transaction(connection -> {
            execute(connection, SNAPSHOT);
            return work.run(connection);
        });
    }

    /// As [#read], and says at which position of the event log: the way to join a read to the
    /// stream.
    ///
    /// @param work only reads; it runs once
    /// @return what the work returned, and the cursor of its snapshot
    public <T extends @Nullable Object> Reading<T> readAt(Work<T> work) {
        return transaction(connection -> {
            execute(connection, SNAPSHOT);
            var cursor = cursor(connection);
            return new Reading<>(work.run(connection), cursor);
        });
    }

    /// As [#readAt], in the name of a tenant: row security shows this tenant's rows and no others.
    ///
    /// @param tenant put into the transaction-local setting `carillon.tenant` before the work runs
    /// @param work only reads; it runs once
    /// @return what the work returned, and the cursor of its snapshot
    public <T extends @Nullable Object> Reading<T> readAt(String tenant, Work<T> work) {
        return readAt(connection -> {
            name(connection, new Writer(tenant, null, null, null));
            return work.run(connection);
        });
    }

    /// Writes in one READ COMMITTED transaction, in somebody's name.
    ///
    /// After a deadlock or a serialization failure the work is run again, at most [#WRITE_ATTEMPTS]
    /// times in total, with a growing random pause of 5 to 160 ms.
    ///
    /// @param who in whose name: put into transaction-local settings before the work runs
    /// @param work may run several times
    /// @return what the work returned, once committed
    public <T extends @Nullable Object> T write(Writer who, Work<T> work) {
        for (var attempt = 1; ; attempt++) {
            try {
                return transaction(connection -> {
                    name(connection, who);
                    return work.run(connection);
                });
            } catch (StatementFailed failed) {
                if (attempt == WRITE_ATTEMPTS || !dissolves(failed)) {
                    throw failed;
                }
                LOG.debug("attempt {} of {}: {}", attempt, WRITE_ATTEMPTS, failed.getMessage());
                pause(attempt);
            }
        }
    }

    /// Opens a connection outside the pool, as the runtime role: for the tail and the doorbell,
    /// which keep theirs.
    ///
    /// Autocommit is on, the application name is `carillon <purpose>`, TCP keep-alive is on.
    /// Connecting takes at most 10 s, an answer to a statement at most 30 s, then the connection
    /// breaks with an [SQLException]; waiting for notifications is not a statement and may take as
    /// long as its own timeout says. The caller closes it.
    ///
    /// @param purpose one or two words for `pg_stat_activity`, e.g. `tail`
    /// @return an open connection
    public Connection open(String purpose) {
        try {
            return runtime.open(purpose);
        } catch (SQLException failed) {
            throw Failures.translate(failed, DatabaseUnavailable.Outcome.NOT_DONE);
        }
    }

    private <T extends @Nullable Object> T transaction(Work<T> work) {
        var outcome = DatabaseUnavailable.Outcome.NOT_DONE;
        var connection = borrow();
        try {
            connection.setAutoCommit(false);
            T result;
            try {
                result = within(connection, work);
            } catch (Throwable thrown) {
                rollback(connection, thrown);
                throw thrown;
            }
            outcome = DatabaseUnavailable.Outcome.UNKNOWN;
            connection.commit();
            return result;
        } catch (SQLException failed) {
            throw Failures.translate(failed, outcome);
        } finally {
            giveBack(connection);
        }
    }

    /// @return the connection of the transaction that the calling thread is in, for repositories;
    ///     null outside of one
    static @Nullable Connection current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    private static <T extends @Nullable Object> T within(Connection connection, Work<T> work)
            throws SQLException {
        try {
            return ScopedValue.where(CURRENT, connection)
                    .<T, SQLException>call(() -> work.run(connection));
        } catch (DataAccessException failed) {
            // A repository's wrapping; what Postgres said lies within.
            if (failed.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    private Connection borrow() {
        try {
            return pool.getConnection();
        } catch (SQLException failed) {
            // Exhausted, refused, lost: whatever the pool says, nothing was begun.
            throw new DatabaseUnavailable(
                    "no connection to Postgres within the waiting time",
                    DatabaseUnavailable.Outcome.NOT_DONE,
                    failed);
        }
    }

    /// A fault here changes nothing about what was committed, so it is not the caller's.
    private static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException failed) {
            LOG.debug("a connection did not go back to the pool", failed);
        }
    }

    private static void rollback(Connection connection, Throwable because) {
        try {
            connection.rollback();
        } catch (SQLException lost) {
            because.addSuppressed(lost);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String cursor(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("select carillon.cursor()");
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void name(Connection connection, Writer who) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "select set_config('carillon.tenant', ?, true),"
                                + " set_config('carillon.actor', ?, true),"
                                + " set_config('carillon.correlation_id', ?, true),"
                                + " set_config('carillon.ref', ?, true),"
                                + " set_config('carillon.trace', ?, true)")) {
            statement.setString(1, orEmpty(who.tenant()));
            statement.setString(2, orEmpty(who.actor()));
            statement.setString(3, orEmpty(who.correlationId()));
            statement.setString(4, orEmpty(who.ref()));
            statement.setString(5, orEmpty(who.trace()));
            statement.execute();
        }
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static boolean dissolves(StatementFailed failed) {
        return failed.state().equals("40001") || failed.state().equals("40P01");
    }

    private static void pause(int attempt) {
        var longest = 5_000_000L << attempt;
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(5_000_000L, longest + 1));
    }
}
