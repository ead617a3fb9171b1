package io.carillon.database;

import io.micronaut.context.exceptions.ConfigurationException;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/// Settles who owns schema `carillon` and who works with it, and makes what is missing and may be
/// made.
///
/// One login: it makes the NOLOGIN roles [Roles#OWNER] and [Roles#RUNTIME], grants itself the right
/// to SET ROLE to them, and works as them. That needs superuser or CREATEROLE at the first start;
/// later, or where somebody prepared the roles, being allowed to SET ROLE is enough. Two logins:
/// used as given; but a superuser never owns the schema, its functions would be too powerful, so it
/// migrates as [Roles#OWNER].
///
/// Since Postgres 16 CREATEROLE gives ADMIN on the roles one made, which includes granting oneself
/// SET; in 15 it gives membership of any ordinary role. Runs on a connection of the migrating
/// login, under the start's advisory lock.
final class RoleSetup {
    /// What schemas carillon's objects lie in: the fixed ones, those generated per watched table,
    /// the domain modules' tables.
    static final List<String> SCHEMAS =
            List.of("carillon", "carillon_watch", "carillon_as_owner", "carillon_app");

    /// Made by somebody else at the same moment: duplicate role, unique violation, concurrent
    /// catalogue update.
    private static final Set<String> RACED = Set.of("42710", "23505", "XX000", "42P06");

    private final Connection connection;
    private final Session session;

    /// The migrating login as the server sees it.
    private record Session(
            String user, String database, boolean superuser, boolean createsRoles, int version) {}

    private RoleSetup(Connection connection) throws SQLException {
        this.connection = connection;
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select session_user, current_database(), rolsuper, rolcreaterole,"
                                    + " current_setting('server_version_num')::int from pg_roles"
                                    + " where rolname = session_user")) {
            rows.next();
            this.session =
                    new Session(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getBoolean(3),
                            rows.getBoolean(4),
                            rows.getInt(5));
        }
    }

    /// @param connection of the only login
    /// @return it works as the two roles
    static Roles oneLogin(Connection connection) throws SQLException {
        var setup = new RoleSetup(connection);
        setup.role(Roles.OWNER);
        setup.role(Roles.RUNTIME);
        return new Roles(setup.schemas(Roles.OWNER), Roles.RUNTIME, Roles.RUNTIME);
    }

    /// @param connection of the owner's login
    /// @param runtimeUser the name of the runtime login
    /// @return owner as logged in (a superuser as the owner role), runtime as logged in
    static Roles twoLogins(Connection connection, String runtimeUser) throws SQLException {
        var setup = new RoleSetup(connection);
        var owner = setup.session.user();
        if (setup.session.superuser()) {
            setup.role(Roles.OWNER);
            owner = Roles.OWNER;
        }
        var migrates = setup.schemas(owner);
        return new Roles(
                migrates.equals(setup.session.user()) ? null : migrates,
                null,
                setup.granted(runtimeUser));
    }

    private void role(String role) throws SQLException {
        if (!exists("select from pg_roles where rolname = ?", role)) {
            if (!session.superuser() && !session.createsRoles()) {
                throw unprepared();
            }
            unlessRaced("create role " + Roles.quoted(role) + " nologin");
        }
        if (!maySet(role)) {
            var grant = "grant " + Roles.quoted(role) + " to " + Roles.quoted(session.user());
            try {
                unlessRaced(
                        session.version() < 160_000
                                ? grant
                                : grant + " with inherit false, set true");
            } catch (SQLException refused) {
                throw unprepared();
            }
            if (!maySet(role)) {
                throw unprepared();
            }
        }
    }

    /// @param owner whose the schemas shall be
    /// @return whose they are
    private String schemas(String owner) throws SQLException {
        var actual = owner;
        for (var schema : SCHEMAS) {
            var found =
                    text(
                            "select pg_get_userbyid(nspowner) from pg_namespace where nspname = ?",
                            schema);
            if (found == null) {
                create(schema, actual);
                continue;
            }
            actual = found;
            if (!maySet(actual)) {
                throw new ConfigurationException(
                        "schema "
                                + schema
                                + " in database \""
                                + session.database()
                                + "\" belongs to role \""
                                + actual
                                + "\", which login \""
                                + session.user()
                                + "\" cannot work as: run grant "
                                + Roles.quoted(actual)
                                + " to "
                                + Roles.quoted(session.user())
                                + "; or give its login in CARILLON_DATABASE_OWNER_USER");
            }
        }
        return actual;
    }

    private void create(String schema, String owner) throws SQLException {
        try {
            unlessRaced("create schema " + schema + " authorization " + Roles.quoted(owner));
        } catch (SQLException refused) {
            throw new ConfigurationException(
                    "login \""
                            + session.user()
                            + "\" may not create schema "
                            + schema
                            + " ("
                            + refused.getMessage()
                            + "): as the database's owner run grant create on database "
                            + Roles.quoted(session.database())
                            + " to "
                            + Roles.quoted(session.user())
                            + ";");
        }
    }

    /// A group that already has the rights and that the runtime login is in, or else the login
    /// itself: so logins can be exchanged without granting everything anew.
    private String granted(String runtimeUser) throws SQLException {
        var group =
                text(
                        "select g.rolname from pg_roles g left join pg_namespace n on n.nspname ="
                            + " 'carillon' where g.rolname <> ? and not g.rolsuper and"
                            + " pg_has_role(?, g.oid, 'usage') and g.oid <> coalesce(n.nspowner, 0)"
                            + " and (g.rolname = '"
                                + Roles.RUNTIME
                                + "' or exists (select from aclexplode(n.nspacl) a where a.grantee"
                                + " = g.oid and a.privilege_type = 'USAGE')) limit 1",
                        runtimeUser,
                        runtimeUser);
        return group == null ? runtimeUser : group;
    }

    private boolean maySet(String role) throws SQLException {
        return exists(
                "select where pg_has_role(session_user, ?, '"
                        + (session.version() < 160_000 ? "member" : "set")
                        + "')",
                role);
    }

    private ConfigurationException unprepared() throws SQLException {
        var login = Roles.quoted(session.user());
        var statements = new StringBuilder();
        for (var role : List.of(Roles.OWNER, Roles.RUNTIME)) {
            if (!exists("select from pg_roles where rolname = ?", role)) {
                statements.append("create role ").append(role).append(" nologin; ");
            }
        }
        var both = Roles.OWNER + ", " + Roles.RUNTIME;
        statements.append("grant ").append(both).append(" to ").append(login);
        statements.append("; grant create on database ").append(Roles.quoted(session.database()));
        statements.append(" to ").append(login);
        return new ConfigurationException(
                "login \""
                        + session.user()
                        + "\" may neither create roles nor work as "
                        + both.replace(", ", " and ")
                        + ": as a superuser or the roles' administrator run "
                        + statements
                        + "; or give a second login in CARILLON_DATABASE_OWNER_USER (see"
                        + " src/docs/postgres.md)");
    }

    private void unlessRaced(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            if (!RACED.contains(failed.getSQLState())) {
                throw failed;
            }
        }
    }

    private boolean exists(String sql, String argument) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, argument);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private @Nullable String text(String sql, String... arguments) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var index = 0; index < arguments.length; index++) {
                statement.setString(index + 1, arguments[index]);
            }
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }
}
