package io.carillon.database;

import io.micronaut.context.exceptions.ConfigurationException;

import java.sql.Connection;
import java.sql.SQLException;

/// The last look before work begins: the running product never works as superuser, with BYPASSRLS,
/// or as (a member of) the owner of carillon's tables; and it has been granted its rights.
final class RoleCheck {
    private static final String FACTS =
            """
            select current_user, rolsuper, rolbypassrls,
                   (select min(pg_get_userbyid(c.relowner)) from pg_class c
                     where c.relnamespace in (select oid from pg_namespace where nspname in ('carillon', 'carillon_watch', 'carillon_app'))
                       and pg_has_role(current_user, c.relowner, 'member')),
                   has_schema_privilege(current_user, 'carillon', 'usage'),
                   (select min(pg_get_userbyid(a.grantee)) from pg_namespace n, aclexplode(n.nspacl) a
                     where n.nspname = 'carillon' and a.grantee <> n.nspowner and a.grantee <> 0
                       and a.privilege_type = 'USAGE')
              from pg_roles where rolname = current_user
            """;

    private RoleCheck() {}

    /// @param connection as the running product will have them
    /// @return the role that it works as
    static String check(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(FACTS)) {
            rows.next();
            var role = rows.getString(1);
            if (rows.getBoolean(2)) {
                throw refused(role, "is a superuser");
            }
            if (rows.getBoolean(3)) {
                throw refused(role, "has BYPASSRLS");
            }
            var owner = rows.getString(4);
            if (owner != null) {
                throw refused(
                        role,
                        owner.equals(role)
                                ? "owns carillon's tables"
                                : "is a member of their owner " + owner);
            }
            if (!rows.getBoolean(5)) {
                var granted = rows.getString(6);
                throw new ConfigurationException(
                        "role \""
                                + role
                                + "\" has no rights in schema carillon"
                                + (granted == null
                                        ? ": run grant usage on schema carillon to "
                                                + Roles.quoted(role)
                                                + ";"
                                        : ", they were given to \""
                                                + granted
                                                + "\": run grant "
                                                + Roles.quoted(granted)
                                                + " to "
                                                + Roles.quoted(role)
                                                + ";"));
            }
            return role;
        }
    }

    private static ConfigurationException refused(String role, String why) {
        return new ConfigurationException(
                "role \""
                        + role
                        + "\" "
                        + why
                        + "; the running product never works as such a role: give a plain login in"
                        + " CARILLON_DATABASE_USER and this one in CARILLON_DATABASE_OWNER_USER"
                        + " (see src/docs/postgres.md)");
    }
}
