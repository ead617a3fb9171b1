package io.carillon.control;

import io.carillon.database.Database;
import io.carillon.database.Writer;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The way to give orders from Java: the functions of the SQL API, in somebody's name.
///
/// An order counts when the method has returned, and on every node within a second. Blocks; safe
/// for all threads. Throws [io.carillon.database.DatabaseUnavailable] when Postgres is away and
/// [io.carillon.database.StatementFailed] with state `CA001` for a name that cannot be, `CA013` for
/// too many revoked tokens.
@Singleton
public final class Orders {
    private final Database database;

    Orders(Database database) {
        this.database = database;
    }

    /// A revocation in force.
    ///
    /// @param order its number
    /// @param tenant whose tokens
    /// @param user of which user, or null
    /// @param token which token (`jti`), or null
    /// @param issuedBefore with a user: tokens from before
    /// @param at when it was ordered
    /// @param expiresAt when it is forgotten
    /// @param actor who ordered it, where that is known
    public record Revocation(
            long order,
            String tenant,
            @Nullable String user,
            @Nullable String token,
            @Nullable Instant issuedBefore,
            Instant at,
            Instant expiresAt,
            @Nullable String actor) {}

    /// @param who in whose name
    /// @param tenant whose connections
    /// @param user whose, or null
    /// @param connection which one, or null; with neither all of the tenant
    /// @return the order's number
    public long disconnect(
            Writer who, String tenant, @Nullable String user, @Nullable String connection) {
        return database.write(
                who,
                it -> call(it, "select carillon.disconnect(?, ?, ?)", tenant, user, connection));
    }

    /// @param who in whose name
    /// @param tenant the token's
    /// @param token its `jti`
    /// @return the order's number
    public long revokeToken(Writer who, String tenant, String token) {
        return database.write(
                who, it -> call(it, "select carillon.revoke(?, token_id => ?)", tenant, token));
    }

    /// @param who in whose name
    /// @param tenant the user's
    /// @param user whose tokens
    /// @param issuedBefore those from before; null for now, by the database's clock
    /// @return the order's number
    public long revokeUser(Writer who, String tenant, String user, @Nullable Instant issuedBefore) {
        if (issuedBefore == null) {
            return database.write(
                    who, it -> call(it, "select carillon.revoke(?, user_id => ?)", tenant, user));
        }
        var sql = "select carillon.revoke(?, user_id => ?, issued_before => ?::timestamptz)";
        return database.write(
                who, it -> call(it, sql, tenant, user, Timestamp.from(issuedBefore).toString()));
    }

    private static long call(Connection connection, String sql, @Nullable String... arguments)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var index = 0; index < arguments.length; index++) {
                statement.setString(index + 1, arguments[index]);
            }
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /// @param tenant whose, or null for those of all tenants
    /// @param limit how many at most
    /// @return the revocations in force, the newest first
    public List<Revocation> revocations(@Nullable String tenant, int limit) {
        var sql =
                "select * from carillon.control_order where kind = 'revoke' and expires_at >"
                        + " clock_timestamp() and (?::text is null or tenant = ?) order by at desc"
                        + " limit ?";
        return database.read(connection -> {
            var found = new ArrayList<Revocation>();
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, tenant);
                statement.setString(2, tenant);
                statement.setInt(3, limit);
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(revocation(rows));
                    }
                }
            }
            return found;
        });
    }

    private static Revocation revocation(ResultSet row) throws SQLException {
        var issuedBefore = row.getTimestamp("issued_before");
        return new Revocation(
                row.getLong("id"),
                row.getString("tenant"),
                row.getString("user_id"),
                row.getString("token_id"),
                issuedBefore == null ? null : issuedBefore.toInstant(),
                row.getTimestamp("at").toInstant(),
                row.getTimestamp("expires_at").toInstant(),
                row.getString("actor"));
    }
}
