package io.carillon.database;

import java.sql.Connection;
import java.sql.SQLException;

/// The migrating login's way to Postgres, kept after the start: for demonstration tables.
///
/// Exists in development only. Called once by room `demo`, at start; whatever serves requests comes
/// in through [Database], as the runtime role.
///
/// Threads: immutable; every method blocks.
public final class OwnerAccess {
    private static final String FACTS =
            "select session_user, rolsuper, has_database_privilege(current_database(), 'create'),"
                + " current_database(), pg_get_userbyid((select nspowner from pg_namespace where"
                + " nspname = 'carillon')) from pg_roles where rolname = session_user";

    private final Connector login;
    private final Roles roles;

    OwnerAccess(Connector login, Roles roles) {
        this.login = login;
        this.roles = roles;
    }

    /// What the login may do, as the server sees it. All names are plain, not quoted.
    ///
    /// @param login its name
    /// @param superuser whether it may do everything
    /// @param createsSchemas whether it may create schemas in this database
    /// @param database the database's name
    /// @param owner the role that owns schema `carillon`; the login may work as it
    public record Rights(
            String login,
            boolean superuser,
            boolean createsSchemas,
            String database,
            String owner) {}

    /// @return the role that the product's rights are granted to
    public String runtime() {
        return roles.granted();
    }

    /// @param purpose one or two words for `pg_stat_activity`
    /// @return a connection as logged in, autocommit on; the caller closes it
    public Connection open(String purpose) throws SQLException {
        return login.open(purpose);
    }

    /// @param connection of [#open]
    /// @return what its login may do
    public Rights rights(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(FACTS)) {
            rows.next();
            return new Rights(
                    rows.getString(1),
                    rows.getBoolean(2),
                    rows.getBoolean(3),
                    rows.getString(4),
                    rows.getString(5));
        }
    }

    /// From here on the connection works as the owner of schema `carillon`; nothing happens where
    /// the login is that owner.
    ///
    /// @param connection of [#open]
    public void become(Connection connection) throws SQLException {
        Roles.setRole(connection, roles.owner());
    }

    /// @param name any identifier
    /// @return it, quoted for SQL
    public static String quoted(String name) {
        return Roles.quoted(name);
    }
}
