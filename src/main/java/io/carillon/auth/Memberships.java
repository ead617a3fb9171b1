package io.carillon.auth;

import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.database.StatementFailed;
import io.carillon.identity.Principal;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/// Asks membership queries: is this user a member of this room? An answer is kept for one second.
///
/// Each query runs as the runtime role, in a read-only transaction, for at most one second; a
/// tenant whose queries are slow waits behind itself ([#AT_A_TIME] at once), not in front of the
/// others. Blocks; safe for all threads. At most [#MAX_KEPT] answers are kept.
@Singleton
final class Memberships {
    private static final Logger LOG = LoggerFactory.getLogger(Memberships.class);
    private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_KEPT = 20_000;
    private static final int STRIPES = 64;
    private static final int AT_A_TIME = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final String TIMED_OUT = "57014";

    private final Database database;
    private final LongSupplier nanos;
    private final Map<Question, Answer> kept = new ConcurrentHashMap<>();
    private final AtomicLong forgotten = new AtomicLong();
    private final Semaphore[] stripes =
            IntStream.range(0, STRIPES)
                    .mapToObj(_ -> new Semaphore(AT_A_TIME))
                    .toArray(Semaphore[]::new);

    @Inject
    Memberships(Database database) {
        this(database, System::nanoTime);
    }

    Memberships(Database database, LongSupplier nanos) {
        this.database = database;
        this.nanos = nanos;
    }

    private record Question(String query, String tenant, String user, @Nullable String key) {}

    private record Answer(Access access, long askedAt) {}

    /// @param query the rule's query
    /// @param principal the only source of tenant and user
    /// @param key the channel's key, or null
    /// @return allowed when the query finds a row
    Access ask(String query, Principal principal, @Nullable String key) {
        var question = new Question(query, principal.tenant(), principal.user(), key);
        var known = kept.get(question);
        if (known != null && nanos.getAsLong() - known.askedAt < KEPT_NANOS) {
            return known.access;
        }
        var stripe = stripes[Math.floorMod(principal.tenant().hashCode(), STRIPES)];
        try {
            if (!stripe.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return unavailable();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return unavailable();
        }
        try {
            return answer(question);
        } finally {
            stripe.release();
        }
    }

    /// @param tenant whose answers are forgotten, those under way included
    void forget(String tenant) {
        forgotten.incrementAndGet();
        kept.keySet().removeIf(question -> question.tenant.equals(tenant));
    }

    private Access answer(Question question) {
        var askedAt = nanos.getAsLong();
        var before = forgotten.get();
        try {
            var access =
                    database.<Boolean>read(connection -> member(connection, question))
                            ? new Access.Allowed()
                            : ChannelRules.forbidden();
            keep(question, new Answer(access, askedAt), before);
            return access;
        } catch (DatabaseUnavailable unavailable) {
            return unavailable();
        } catch (StatementFailed failed) {
            LOG.warn(
                    "a membership query of carillon.channel_rule failed ({}): {}; the query: {}",
                    failed.state(),
                    failed.getMessage(),
                    question.query);
            return failed.state().equals(TIMED_OUT)
                    ? unavailable()
                    : new Access.Forbidden(
                            Refusal.CHANNEL_RULE_BROKEN,
                            "the channel's membership query failed for this key");
        }
    }

    private void keep(Question question, Answer answer, long before) {
        if (kept.size() >= MAX_KEPT) {
            kept.values().removeIf(old -> answer.askedAt - old.askedAt >= KEPT_NANOS);
        }
        if (kept.size() >= MAX_KEPT) {
            return;
        }
        kept.put(question, answer);
        if (forgotten.get() != before) {
            kept.remove(question, answer);
        }
    }

    private static boolean member(Connection connection, Question question) throws SQLException {
        // With the tenant set, row security shows the query the tenant's rows, and no others.
        try (var limit =
                connection.prepareStatement(
                        "select set_config('statement_timeout', '1s', true),"
                                + " set_config('carillon.tenant', ?, true)")) {
            limit.setString(1, question.tenant);
            limit.execute();
        }
        try (var query = connection.prepareStatement("select carillon.member(?, ?, ?, ?)")) {
            query.setString(1, question.query);
            query.setString(2, question.tenant);
            query.setString(3, question.user);
            query.setString(4, question.key);
            try (var rows = query.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static Access unavailable() {
        return new Access.Forbidden(
                Refusal.UNAVAILABLE, "membership cannot be checked now: try again");
    }
}
