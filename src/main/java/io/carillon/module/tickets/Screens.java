package io.carillon.module.tickets;

import io.carillon.auth.Admission;
import io.carillon.auth.Refusal;
import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.database.StatementFailed;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.transport.queue.ClientType;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// Which screen it is: by its device key, or without one where the tenant has switched public
/// screens on.
///
/// A screen is a principal without roles, whose user id begins with `screen:`. Its time does not
/// end; a key ends when it is revoked, which also closes whoever is connected with it, the way
/// tokens are revoked. Blocks.
@Singleton
final class Screens {
    /// The user id of screens without a key.
    static final String PUBLIC = "screen:public";

    private static final Logger LOG = LoggerFactory.getLogger(Screens.class);
    private static final Duration LONG = Duration.ofDays(3_650);
    private static final String BY_KEY =
            """
            select id, name, kind, key_at,
              coalesce(last_seen_at < clock_timestamp() - interval '1 minute', true) as unseen
             from carillon_app.queue_screen
            where tenant_id = ? and key_hash = ? and status = 'paired'
            """;
    private static final String SEEN =
            """
            update carillon_app.queue_screen set last_seen_at = clock_timestamp()
             where tenant_id = ? and id = ?
            """;
    private static final String OPEN =
            "select public_screens from carillon_app.queue_setting where tenant_id = ?";
    private static final Admission.Refused UNAVAILABLE =
            new Admission.Refused(
                    Refusal.UNAVAILABLE, "screens cannot be looked up now: try again");

    private final Database database;

    Screens(Database database) {
        this.database = database;
    }

    private record Found(Principal principal, long id, String kind, boolean unseen) {}

    /// @param kind as it was paired; null when it is not admitted, or has no key
    record Known(Admission admission, @Nullable String kind) {}

    /// @param tenant that it must be, or null
    /// @param type that it must be, or null
    Known known(@Nullable String tenant, @Nullable ClientType type, String text) {
        var key = DeviceKey.parse(text);
        if (key == null || (tenant != null && !tenant.equals(key.tenant()))) {
            return invalid();
        }
        try {
            var found = database.readAt(key.tenant(), connection -> find(connection, key)).value();
            if (found == null || (type != null && !type.word().equals(found.kind))) {
                return invalid();
            }
            if (found.unseen) {
                seen(key.tenant(), found.id);
            }
            return new Known(new Admission.Valid(found.principal), found.kind);
        } catch (DatabaseUnavailable | StatementFailed failed) {
            LOG.warn("a screen could not be looked up: {}", failed.getMessage());
            return new Known(UNAVAILABLE, null);
        }
    }

    /// @param tenant that the screen names
    Admission withoutKey(String tenant) {
        try {
            return open(tenant)
                    ? new Admission.Valid(
                            new Principal(
                                    tenant,
                                    PUBLIC,
                                    "A screen",
                                    Set.of(),
                                    null,
                                    null,
                                    Instant.now().plus(LONG)))
                    : new Admission.Refused(
                            Refusal.SCREENS_PAIRED_ONLY,
                            "pair this screen: its code is approved by an administrator");
        } catch (DatabaseUnavailable | StatementFailed failed) {
            LOG.warn("a tenant's settings could not be read: {}", failed.getMessage());
            return UNAVAILABLE;
        }
    }

    private boolean open(String tenant) {
        return DeviceKey.possible(tenant) && opened(tenant);
    }

    private boolean opened(String tenant) {
        return database.readAt(
                        tenant,
                        connection -> {
                            try (var statement = connection.prepareStatement(OPEN)) {
                                statement.setString(1, tenant);
                                try (var rows = statement.executeQuery()) {
                                    return rows.next() && rows.getBoolean(1);
                                }
                            }
                        })
                .value();
    }

    private static @Nullable Found find(Connection connection, DeviceKey key) throws SQLException {
        try (var statement = connection.prepareStatement(BY_KEY)) {
            statement.setString(1, key.tenant());
            statement.setBytes(2, key.hash());
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return null;
                }
                var id = rows.getLong("id");
                Timestamp since = rows.getTimestamp("key_at");
                var principal =
                        new Principal(
                                key.tenant(),
                                "screen:" + id,
                                rows.getString("name"),
                                Set.of(),
                                null,
                                since.toInstant(),
                                Instant.now().plus(LONG));
                return new Found(principal, id, rows.getString("kind"), rows.getBoolean("unseen"));
            }
        }
    }

    private void seen(String tenant, long id) {
        database.write(
                new Writer(tenant, null, null, null),
                connection -> {
                    try (var statement = connection.prepareStatement(SEEN)) {
                        statement.setString(1, tenant);
                        statement.setLong(2, id);
                        return statement.executeUpdate();
                    }
                });
    }

    private static Known invalid() {
        return new Known(
                new Admission.Refused(
                        Refusal.DEVICE_KEY_INVALID,
                        "the device key is unknown or revoked: pair this screen again"),
                null);
    }
}
