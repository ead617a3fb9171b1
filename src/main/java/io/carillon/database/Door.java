package io.carillon.database;

import java.sql.Connection;
import java.sql.SQLException;

/// One way into Postgres: an address, and whoever knows the login of the moment. A login that is
/// refused is asked for once more, so that a password that was just changed drops no connection.
///
/// Immutable; [#connect] blocks.
final class Door {
    private final DatabaseAddress address;
    private final Asking logins;
    private final Logins source;

    /// Which of the two logins is asked for.
    @FunctionalInterface
    interface Asking {
        Login now(String hosts) throws SQLException;
    }

    private Door(DatabaseAddress address, Logins source, Asking logins) {
        this.address = address;
        this.source = source;
        this.logins = logins;
    }

    static Door working(DatabaseAddress address, Logins source, Login configured) {
        return new Door(address, source, hosts -> source.working(configured, hosts));
    }

    static Door owner(DatabaseAddress address, Logins source, Login configured) {
        return new Door(address, source, hosts -> source.owner(configured, hosts));
    }

    /// @return the login of the moment
    Login login() throws SQLException {
        return logins.now(address.hosts());
    }

    /// @param purpose ends in `application_name`
    /// @param socketSeconds how long an answer may take
    Connection connect(String purpose, int socketSeconds) throws SQLException {
        var login = login();
        try {
            return address.connect(login, purpose, socketSeconds);
        } catch (SQLException refused) {
            if (notTaken(refused) && source.renewed(login)) {
                return address.connect(login(), purpose, socketSeconds);
            }
            throw refused;
        }
    }

    private static boolean notTaken(SQLException refused) {
        var state = refused.getSQLState();
        return "28P01".equals(state) || "28000".equals(state);
    }
}
