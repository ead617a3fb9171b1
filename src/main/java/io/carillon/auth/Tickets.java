package io.carillon.auth;

import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.database.StatementFailed;
import io.carillon.database.Work;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/// Opaque stand-ins for a token where a browser can send nothing but an address. Issued on any
/// node, good on any.
///
/// Postgres holds the SHA-256 of each ticket (`carillon.ticket`, unlogged) with the principal and
/// the end; the ticket itself is told once and kept nowhere. A [Kind#ONCE] ticket is deleted by
/// whoever uses it, in one statement, so that of any number of attempts on any nodes one succeeds.
/// After a crash of Postgres all tickets are gone and clients ask for new ones.
///
/// Blocks on Postgres: call it on a virtual thread. At most [#MAX_PER_USER] live tickets per user
/// (about: concurrent requests may pass it by a few). Times are the database's.
@Singleton
public final class Tickets {
    /// How many unused, unexpired tickets one user may hold.
    public static final int MAX_PER_USER = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Tickets.class);
    private static final int BYTES = 32;
    private static final Pattern TICKET = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String ISSUE =
            """
            insert into carillon.ticket
              (hash, kind, tenant, user_id, name, roles, token_id, issued_at, token_ends_at, expires_at)
            select ?, ?, ?, ?, ?, ?, ?, ?, ?, least(clock_timestamp() + ? * interval '1 second', ?)
            where (select count(*) from carillon.ticket
                   where tenant = ? and user_id = ? and expires_at > clock_timestamp()) < ?
            returning expires_at
            """;
    private static final String SWEEP =
            """
            delete from carillon.ticket where hash in (
              select hash from carillon.ticket where expires_at < clock_timestamp() limit 200 for update skip locked)
            """;
    private static final String COLUMNS =
            " tenant, user_id, name, roles, token_id, issued_at, token_ends_at ";
    private static final String USE =
            "delete from carillon.ticket where hash = ? and kind = 'once' and expires_at >"
                    + " clock_timestamp() returning"
                    + COLUMNS;
    private static final String LOOK =
            "select"
                    + COLUMNS
                    + "from carillon.ticket where hash = ? and kind = 'stream' and expires_at >"
                    + " clock_timestamp()";

    private final Database database;
    private final Tokens tokens;

    public Tickets(Database database, Tokens tokens) {
        this.database = database;
        this.tokens = tokens;
    }

    /// What a ticket is good for.
    public enum Kind {
        /// Opens one WebSocket, once, within 30 seconds: `/realtime?ticket=…`.
        ONCE("once", Duration.ofSeconds(30)),
        /// Opens event streams until it expires, at most 10 minutes: `/events?ticket=…` for stock
        /// `EventSource`.
        STREAM("stream", Duration.ofMinutes(10));

        private final String word;
        private final Duration life;

        Kind(String word, Duration life) {
            this.word = word;
            this.life = life;
        }

        /// @return the word in requests and in the table
        public String word() {
            return word;
        }

        /// @param word what a client asked for
        /// @return the kind, or null for a word that is none
        public static @Nullable Kind of(String word) {
            for (var kind : values()) {
                if (kind.word.equals(word)) {
                    return kind;
                }
            }
            return null;
        }
    }

    /// What became of a request for a ticket.
    public sealed interface Issue {
        /// @param ticket the ticket, told this once; never to be logged
        /// @param expiresAt when it ends, by the database's clock
        record Issued(String ticket, Instant expiresAt) implements Issue {
            /// Without the ticket.
            @Override
            public String toString() {
                return "Issued[expiresAt=" + expiresAt + "]";
            }
        }

        /// @param code why not
        /// @param message one line
        record Denied(Refusal code, String message) implements Issue {}
    }

    /// @param principal for whom: everything about it is kept with the ticket
    /// @param kind what for
    /// @return the ticket, which ends no later than the token; or why not
    public Issue issue(Principal principal, Kind kind) {
        var bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        var ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try {
            var expiresAt =
                    database.<@Nullable Instant>write(
                            Writer.NODE,
                            connection -> {
                                sweep(connection);
                                return insert(connection, hash(ticket), principal, kind);
                            });
            return expiresAt == null
                    ? new Issue.Denied(
                            Refusal.TICKETS_EXHAUSTED,
                            "you hold "
                                    + MAX_PER_USER
                                    + " unused tickets: use them, or wait until they expire")
                    : new Issue.Issued(ticket, expiresAt);
        } catch (DatabaseUnavailable | StatementFailed failed) {
            LOG.warn("no ticket could be issued: {}", failed.getMessage());
            return new Issue.Denied(Refusal.UNAVAILABLE, "no tickets can be issued now: try again");
        }
    }

    /// @param ticket what a client brought
    /// @param kind the kind that the endpoint takes; a ticket of the other kind is refused and
    ///     stays what it is
    /// @return who was given this ticket; of a [Kind#ONCE] ticket this is told once, on whichever
    ///     node
    public Admission redeem(String ticket, Kind kind) {
        if (!TICKET.matcher(ticket).matches()) {
            return invalid();
        }
        Work<@Nullable Principal> work = connection -> take(connection, hash(ticket), kind);
        try {
            var principal =
                    switch (kind) {
                        case ONCE -> database.write(Writer.NODE, work);
                        case STREAM -> database.read(work);
                    };
            return principal == null
                    ? invalid()
                    : tokens.unlessRevoked(new Admission.Valid(principal));
        } catch (DatabaseUnavailable | StatementFailed failed) {
            LOG.warn("a ticket could not be looked up: {}", failed.getMessage());
            return new Admission.Refused(
                    Refusal.UNAVAILABLE, "tickets cannot be looked up now: try again");
        }
    }

    /// Makes every ticket of a user worthless at once, on every node: for whoever revokes or
    /// disconnects a user.
    ///
    /// @param tenant the user's tenant
    /// @param user the user's id
    public void revoke(String tenant, String user) {
        database.write(
                Writer.NODE,
                connection -> {
                    var sql = "delete from carillon.ticket where tenant = ? and user_id = ?";
                    try (var statement = connection.prepareStatement(sql)) {
                        statement.setString(1, tenant);
                        statement.setString(2, user);
                        return statement.executeUpdate();
                    }
                });
    }

    private @Nullable Instant insert(
            Connection connection, byte[] hash, Principal principal, Kind kind)
            throws SQLException {
        try (var insert = connection.prepareStatement(ISSUE)) {
            insert.setBytes(1, hash);
            insert.setString(2, kind.word);
            insert.setString(3, principal.tenant());
            insert.setString(4, principal.user());
            insert.setString(5, principal.name());
            insert.setArray(6, connection.createArrayOf("text", principal.roles().toArray()));
            insert.setString(7, principal.tokenId());
            insert.setTimestamp(8, timestamp(principal.issuedAt()));
            insert.setTimestamp(9, timestamp(principal.expiresAt()));
            insert.setLong(10, kind.life.toSeconds());
            insert.setTimestamp(11, timestamp(tokens.deadline(principal)));
            insert.setString(12, principal.tenant());
            insert.setString(13, principal.user());
            insert.setInt(14, MAX_PER_USER);
            try (var rows = insert.executeQuery()) {
                return rows.next() ? rows.getTimestamp(1).toInstant() : null;
            }
        }
    }

    private static void sweep(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(SWEEP)) {
            statement.executeUpdate();
        }
    }

    private static @Nullable Principal take(Connection connection, byte[] hash, Kind kind)
            throws SQLException {
        var sql =
                switch (kind) {
                    case ONCE -> USE;
                    case STREAM -> LOOK;
                };
        try (var statement = connection.prepareStatement(sql)) {
            statement.setBytes(1, hash);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? principal(rows) : null;
            }
        }
    }

    private static Principal principal(ResultSet row) throws SQLException {
        var issuedAt = row.getTimestamp("issued_at");
        return new Principal(
                row.getString("tenant"),
                row.getString("user_id"),
                row.getString("name"),
                Set.of((String[]) row.getArray("roles").getArray()),
                row.getString("token_id"),
                issuedAt == null ? null : issuedAt.toInstant(),
                row.getTimestamp("token_ends_at").toInstant());
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    private static Admission invalid() {
        return new Admission.Refused(
                Refusal.TICKET_INVALID,
                "the ticket is unknown, used or expired: ask for a new one");
    }

    private static byte[] hash(String ticket) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(ticket.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
