package io.carillon.auth;

import io.carillon.channel.Event;
import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.database.StatementFailed;
import io.carillon.identity.Principal;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

    /// Questions that are asked with one query.
    private static final int MANY = 200;

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /// Classes of errors that pass: rolled back, short of resources, locked, stopped or timed out,
    /// broken system. See Appendix A of the Postgres manual.
    private static final Set<String> PASSING = Set.of("40", "53", "55", "57", "58");

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

    /// One of many questions.
    ///
    /// @param question the subscription
    /// @param query of a rule that it falls under
    /// @param key the channel's key, or null
    record Asked(ChannelRules.Question question, String query, @Nullable String key) {
        private Question plain() {
            var who = question.principal();
            return new Question(query, who.tenant(), who.user(), key);
        }
    }

    /// Asks many questions with few queries: one for each [#MANY] of one tenant and rule. Not from
    /// what is kept.
    ///
    /// @param questions of any tenants and rules
    /// @return an answer to each
    Map<Asked, Access> askAll(List<Asked> questions) {
        var groups = new LinkedHashMap<Group, Set<Question>>();
        for (var asked : questions) {
            var plain = asked.plain();
            groups.computeIfAbsent(new Group(plain.query, plain.tenant), _ -> new LinkedHashSet<>())
                    .add(plain);
        }
        var answers = new HashMap<Question, Access>();
        groups.forEach((group, members) -> {
            var all = List.copyOf(members);
            for (var from = 0; from < all.size(); from += MANY) {
                askMany(group, all.subList(from, Math.min(all.size(), from + MANY)), answers);
            }
        });
        var told = new HashMap<Asked, Access>();
        for (var asked : questions) {
            told.put(asked, answers.getOrDefault(asked.plain(), unavailable()));
        }
        return told;
    }

    private record Group(String query, String tenant) {}

    private void askMany(Group group, List<Question> questions, Map<Question, Access> answers) {
        var stripe = stripes[Math.floorMod(group.tenant.hashCode(), STRIPES)];
        try {
            if (!stripe.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            var found = database.<@Nullable Boolean[]>read(it -> members(it, group, questions));
            for (var index = 0; index < found.length; index++) {
                answers.put(questions.get(index), access(found[index]));
            }
        } catch (DatabaseUnavailable unavailable) {
            LOG.warn("memberships cannot be checked now: {}", unavailable.getMessage());
        } catch (StatementFailed failed) {
            LOG.warn("{} memberships at once: {}", questions.size(), failed.getMessage());
            // Too slow together, perhaps not one by one.
            questions.forEach(question -> answers.put(question, answer(question)));
        } finally {
            stripe.release();
        }
    }

    private static Access access(@Nullable Boolean member) {
        if (member == null) {
            return new Access.Forbidden(
                    Refusal.CHANNEL_RULE_BROKEN,
                    "the channel's membership query failed for this key");
        }
        return member ? new Access.Allowed() : ChannelRules.forbidden();
    }

    private static @Nullable Boolean[] members(
            Connection connection, Group group, List<Question> questions) throws SQLException {
        begin(connection, "2s", group.tenant);
        try (var query = connection.prepareStatement("select carillon.members(?, ?, ?, ?)")) {
            query.setString(1, group.query);
            query.setString(2, group.tenant);
            query.setArray(3, texts(connection, questions.stream().map(Question::user)));
            query.setArray(4, texts(connection, questions.stream().map(Question::key)));
            try (var rows = query.executeQuery()) {
                rows.next();
                return (@Nullable Boolean[]) rows.getArray(1).getArray();
            }
        }
    }

    private static Array texts(Connection connection, Stream<? extends @Nullable String> texts)
            throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    /// @param tenant whose answers are forgotten, those under way included; `*` for all
    void forget(String tenant) {
        if (tenant.equals(Event.ALL_TENANTS)) {
            forgetAll();
            return;
        }
        forgotten.incrementAndGet();
        kept.keySet().removeIf(question -> question.tenant.equals(tenant));
    }

    /// Forgets all answers, those under way included.
    void forgetAll() {
        forgotten.incrementAndGet();
        kept.clear();
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
            return PASSING.stream().anyMatch(failed.state()::startsWith)
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
        begin(connection, "1s", question.tenant);
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

    /// With the tenant set, row security shows the query the tenant's rows, and no others.
    private static void begin(Connection connection, String timeout, String tenant)
            throws SQLException {
        try (var settings =
                connection.prepareStatement(
                        "select set_config('statement_timeout', ?, true),"
                                + " set_config('carillon.tenant', ?, true)")) {
            settings.setString(1, timeout);
            settings.setString(2, tenant);
            settings.execute();
        }
    }

    private static Access unavailable() {
        return new Access.Forbidden(
                Refusal.UNAVAILABLE, "membership cannot be checked now: try again");
    }
}
