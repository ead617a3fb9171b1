package io.carillon.registry;

import java.sql.Connection;
import java.sql.SQLException;

/// Something that this node keeps in unlogged tables, under its registration. The registry's thread
/// writes it; one call at a time.
///
/// What is kept is what is there now, not a list of what happened: it can always be written anew.
public interface Ledger {
    /// Writes what changed, a batch at a time. An exception means that Postgres is away or refused:
    /// what was not written stays to be written.
    ///
    /// @param connection with autocommit on
    /// @param mine this node's registration
    /// @return false when the registration is not valid any more; then nothing was written
    boolean write(Connection connection, Registration mine) throws SQLException;

    /// Everything that was written is gone, or may be: all that is there is to be written.
    void forget();

    /// The node leaves for good.
    ///
    /// @param connection with autocommit on
    /// @param mine this node's registration
    void leave(Connection connection, Registration mine) throws SQLException;
}
