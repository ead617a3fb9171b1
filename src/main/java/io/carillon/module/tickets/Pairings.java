package io.carillon.module.tickets;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;
import io.micronaut.http.HttpStatus;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;

/// How a screen gets its device key, and loses it.
///
/// The screen asks for a code and shows it; an administrator of the same tenant approves the code;
/// the screen, with the secret that only it knows, fetches its key. The key is made when it is
/// fetched, told once and kept as a hash. While the code is good the screen may fetch again, if the
/// answer was lost: the key before is worthless then. Blocks.
@Singleton
final class Pairings {
    private static final int ATTEMPTS = 5;
    private static final String BEGIN =
            """
            insert into carillon_app.queue_pairing (tenant_id, secret_hash, code, kind, name,
              expires_at)
            select ?, ?, ?, ?, ?, clock_timestamp() + ? * interval '1 second'
             where (select count(*) from carillon_app.queue_pairing where tenant_id = ?
                      and screen_id is null and expires_at > clock_timestamp()) < ?
            on conflict (tenant_id, code) do nothing
            returning expires_at
            """;
    private static final String OPEN =
            """
            select count(*) from carillon_app.queue_pairing
             where tenant_id = ? and screen_id is null and expires_at > clock_timestamp()
            """;
    private static final String LOOK =
            """
            select code, kind, name, expires_at from carillon_app.queue_pairing
             where tenant_id = ? and code = ? and screen_id is null
               and expires_at > clock_timestamp()
            """;
    private static final String APPROVE =
            """
            update carillon_app.queue_pairing set screen_id = ?
             where tenant_id = ? and code = ? and screen_id is null
               and expires_at > clock_timestamp()
            """;
    private static final String CLAIM =
            """
            select screen_id from carillon_app.queue_pairing
             where tenant_id = ? and secret_hash = ? and expires_at > clock_timestamp()
             for update
            """;

    private final Store store;
    private final ScreenRows rows;
    private final Desk desk;
    private final TicketSettings settings;

    Pairings(Store store, ScreenRows rows, Desk desk, TicketSettings settings) {
        this.store = store;
        this.rows = rows;
        this.desk = desk;
        this.settings = settings;
    }

    /// @param code for the screen to show
    /// @param secret for the screen to keep
    record Begun(String code, String secret, Instant expiresAt) {}

    /// @param kind totem or display
    record Waiting(String code, String kind, String name, Instant expiresAt) {}

    /// @param screen null while nobody has approved it
    /// @param deviceKey null while nobody has approved it
    record Claimed(@Nullable QueueScreen screen, @Nullable String deviceKey) {}

    Begun begin(Writer who, String kind, String name) {
        var tenant = Objects.requireNonNull(who.tenant());
        var secret = Secrets.fresh();
        return store.write(
                who,
                connection -> {
                    for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
                        var code = Secrets.code();
                        var end = insert(connection, tenant, secret, code, kind, name);
                        if (end != null) {
                            return new Begun(code, secret, end);
                        }
                        if (open(connection, tenant) >= settings.pairingsOpen()) {
                            break;
                        }
                    }
                    throw new Refused(
                            HttpStatus.TOO_MANY_REQUESTS,
                            "pairings_exhausted",
                            "too many screens wait to be paired: approve some, or wait");
                });
    }

    private @Nullable Instant insert(
            Connection connection,
            String tenant,
            String secret,
            String code,
            String kind,
            String name)
            throws SQLException {
        try (var statement = connection.prepareStatement(BEGIN)) {
            statement.setString(1, tenant);
            statement.setBytes(2, Secrets.hash(secret));
            statement.setString(3, code);
            statement.setString(4, kind);
            statement.setString(5, name);
            statement.setLong(6, settings.pairingLife().toSeconds());
            statement.setString(7, tenant);
            statement.setInt(8, settings.pairingsOpen());
            try (var made = statement.executeQuery()) {
                return made.next() ? made.getTimestamp(1).toInstant() : null;
            }
        }
    }

    private static long open(Connection connection, String tenant) throws SQLException {
        try (var statement = connection.prepareStatement(OPEN)) {
            statement.setString(1, tenant);
            try (var count = statement.executeQuery()) {
                count.next();
                return count.getLong(1);
            }
        }
    }

    /// What an administrator is about to approve.
    Waiting look(Principal user, String code) {
        desk.administrator(user);
        return store.read(user, connection -> look(connection, user.tenant(), plain(code))).value();
    }

    private static Waiting look(Connection connection, String tenant, String code)
            throws SQLException {
        try (var statement = connection.prepareStatement(LOOK)) {
            statement.setString(1, tenant);
            statement.setString(2, code);
            try (var found = statement.executeQuery()) {
                if (!found.next()) {
                    throw missing();
                }
                return new Waiting(
                        found.getString("code"),
                        found.getString("kind"),
                        found.getString("name"),
                        found.getTimestamp("expires_at").toInstant());
            }
        }
    }

    void mayApprove(Principal user) {
        desk.administrator(user);
    }

    /// Inside a transaction of the writer.
    QueueScreen approve(Connection connection, Writer who, String given, @Nullable String name)
            throws SQLException {
        var tenant = Objects.requireNonNull(who.tenant());
        var code = plain(given);
        var waiting = look(connection, tenant, code);
        var screen =
                rows.insert(
                        tenant,
                        name == null || name.isBlank() ? waiting.name() : name.strip(),
                        waiting.kind(),
                        Objects.requireNonNull(who.actor()));
        try (var statement = connection.prepareStatement(APPROVE)) {
            statement.setLong(1, Long.parseLong(screen.id()));
            statement.setString(2, tenant);
            statement.setString(3, code);
            if (statement.executeUpdate() == 0) {
                // Somebody else was quicker; the screen that was made a moment ago is rolled back.
                throw missing();
            }
        }
        return screen;
    }

    /// The screen asks whether somebody has approved it.
    Claimed claim(Writer who, String secret) {
        var tenant = Objects.requireNonNull(who.tenant());
        return store.write(
                who,
                connection -> {
                    try (var statement = connection.prepareStatement(CLAIM)) {
                        statement.setString(1, tenant);
                        statement.setBytes(2, Secrets.hash(secret));
                        try (var found = statement.executeQuery()) {
                            if (!found.next()) {
                                throw missing();
                            }
                            var screen = found.getLong(1);
                            return found.wasNull()
                                    ? new Claimed(null, null)
                                    : keyed(tenant, screen);
                        }
                    }
                });
    }

    private Claimed keyed(String tenant, long screen) {
        var key = DeviceKey.of(tenant);
        var row = rows.pair(tenant, screen, key.hash());
        if (row == null) {
            throw missing();
        }
        return new Claimed(row, key.text());
    }

    Reading<Page<QueueScreen>> page(Principal user, @Nullable String after, int limit) {
        desk.operator(user);
        var before = PageToken.before(after);
        return store.read(
                user,
                _ ->
                        Page.of(
                                rows.page(user.tenant(), before, limit + 1),
                                limit,
                                row -> new PageToken(row.id())));
    }

    Reading<QueueScreen> one(Principal user, long id) {
        desk.operator(user);
        return store.read(
                user,
                _ ->
                        rows.one(user.tenant(), id)
                                .orElseThrow(() -> Refused.missing("queue_screen")));
    }

    /// Its key is worthless and it is closed, within a second on every node.
    void revoke(Principal user, Writer who, long id) {
        desk.administrator(user);
        var unused =
                store.write(
                        who,
                        _ -> {
                            if (rows.one(user.tenant(), id).isEmpty()) {
                                throw Refused.missing("queue_screen");
                            }
                            // Twice is once.
                            return rows.revoke(user.tenant(), id) != null;
                        });
    }

    /// As people type it: small letters, blanks and dashes do not matter.
    private static String plain(String code) {
        return code.replaceAll("[\\s-]", "").toUpperCase(java.util.Locale.ROOT);
    }

    private static Refused missing() {
        return new Refused(
                HttpStatus.NOT_FOUND,
                "pairing_missing",
                "there is no such pairing, or its time is over: let the screen show a new code");
    }
}
