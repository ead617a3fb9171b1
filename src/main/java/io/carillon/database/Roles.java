package io.carillon.database;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;

/// Who works as whom.
///
/// @param owner SET ROLE before migrating; null: as logged in
/// @param runtime SET ROLE of every connection of the running product; null: as logged in
/// @param granted the role that the migrations grant the product's rights to: the runtime role, or
///     a group it is in
record Roles(@Nullable String owner, @Nullable String runtime, String granted) {
    /// Owns schema `carillon` and everything in it. NOLOGIN.
    static final String OWNER = "carillon_owner";

    /// Has exactly what the running product needs. NOLOGIN.
    static final String RUNTIME = "carillon_runtime";

    /// @param name any identifier
    /// @return it, quoted for SQL
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static void setRole(Connection connection, @Nullable String role) throws SQLException {
        if (role != null) {
            try (var statement = connection.createStatement()) {
                statement.execute("set role " + quoted(role));
            }
        }
    }
}
