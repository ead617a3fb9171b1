package io.carillon.oracle;

import java.sql.Connection;
import java.sql.SQLException;

/// What the oracle's clients and writers play on: a database, and nodes behind one port. Safe for
/// all threads.
public interface Ground {
    /// Whose rows there are. By their hashes one is met before `*`, the other after.
    String[] TENANTS = {"alfa", "kilo"};

    /// @return where clients connect, on this machine
    int port();

    /// @return whether an answer 5xx other than "unavailable" would be a fault of the product now
    boolean up();

    /// @return a new connection of somebody who may do everything
    Connection superuser() throws SQLException;

    /// @param name what the connection is called
    /// @return a new connection of the login `application`
    Connection application(String name) throws SQLException;

    /// @param connection whose
    /// @param sql one statement or several
    static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// @param connection whose
    /// @param sql a query
    /// @return the first column of the first row, or null
    static String one(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }
}
