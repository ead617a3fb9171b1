package io.carillon.database;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;

/// What is done inside one transaction of [Database].
///
/// The connection is lent: the work neither commits, nor rolls back, nor closes it, nor keeps it.
/// Work given to [Database#write] may run more than once (after a deadlock or a serialization
/// failure), so it does nothing outside the transaction that must not happen twice.
///
/// @param <T> what it returns
@FunctionalInterface
public interface Work<T extends @Nullable Object> {
    /// @param connection in a transaction, autocommit off
    /// @return the value for the caller
    /// @throws SQLException whatever Postgres or the driver says; [Database] turns it into a coded
    ///     exception
    T run(Connection connection) throws SQLException;
}
