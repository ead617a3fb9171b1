package io.carillon.database;

import java.sql.Connection;
import java.sql.SQLException;

/// Opens single connections in one role; the seam between [Database] and the driver.
@FunctionalInterface
public interface Connector {
    /// @param purpose one or two words for `pg_stat_activity`; the application name becomes
    ///     `carillon <purpose>`
    /// @return an open connection with autocommit on; the caller closes it
    /// @throws SQLException what the driver says
    Connection open(String purpose) throws SQLException;
}
