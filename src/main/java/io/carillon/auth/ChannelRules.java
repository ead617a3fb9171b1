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

import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// May this principal subscribe to, or publish on, this channel? By the rows of
/// `carillon.channel_rule`.
///
/// A channel that no rule names is forbidden. [RuleBook] says which rule is for a channel.
/// Subscribing needs one of the rule's roles (or none is asked), publishing one of its publishing
/// roles; both need that the channel is the user's own where the pattern says `{user}` or one of
/// the user's roles where it says `{role}`, and that the membership query finds a row where there
/// is one ([Memberships]).
///
/// The tenant and the user of every check are the principal's. Rules are read again when they are
/// asked for and older than half a second, answers of membership queries are kept for one second:
/// so a change counts within one second on every node even without any message; room `control`
/// hears of most changes at once ([#forget]) and asks again about what is followed already
/// ([#forbidden]). While Postgres does not answer, nobody is let in ([Refusal#UNAVAILABLE], to be
/// tried again).
///
/// Blocks on Postgres now and then: call it on a virtual thread. Safe for all threads.
@Singleton
public final class ChannelRules {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelRules.class);
    private static final long FRESH_NANOS = Duration.ofMillis(500).toNanos();
    private static final int MAX_CHANNEL_BYTES = 200;
    private static final Access.Forbidden UNREADABLE =
            new Access.Forbidden(
                    Refusal.UNAVAILABLE, "channel rules cannot be read now: try again");

    /// Channels of the product's own, which no rule opens.
    private static final String RESERVED = "carillon.";

    /// The one of them that a rule may open: it tells who is connected in the tenant.
    private static final String TENANT_PRESENCE = "carillon.presence";

    private final Database database;
    private final Memberships memberships;
    private final LongSupplier nanos;
    private final ReentrantLock reading = new ReentrantLock();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong version = new AtomicLong();
    private volatile @Nullable Read last;
    private volatile @Nullable Read refreshed;

    @Inject
    ChannelRules(Database database, Memberships memberships) {
        this(database, memberships, System::nanoTime);
    }

    ChannelRules(Database database, Memberships memberships, LongSupplier nanos) {
        this.database = database;
        this.memberships = memberships;
        this.nanos = nanos;
    }

    /// @param database where the rules and the members are
    /// @return rules as a node has them, for use outside of a container
    public static ChannelRules of(Database database) {
        return new ChannelRules(database, new Memberships(database));
    }

    /// @param book null when the rules could not be read
    /// @param at when it was asked for, or when asking failed
    /// @param version how many changes of rules were known before it was read
    private record Read(@Nullable RuleBook book, long at, long version) {}

    /// What somebody wants to do.
    private enum Wish {
        SUBSCRIBE {
            @Override
            boolean open(ChannelRule rule, Set<String> roles) {
                var asked = rule.subscribeRoles();
                return asked == null || roles.stream().anyMatch(asked::contains);
            }
        },
        PUBLISH {
            @Override
            boolean open(ChannelRule rule, Set<String> roles) {
                return roles.stream().anyMatch(rule.publishRoles()::contains);
            }
        };

        abstract boolean open(ChannelRule rule, Set<String> roles);
    }

    /// @param principal who asks; its tenant is the only one that is looked at
    /// @param channel the channel's name within that tenant
    /// @return whether it may receive the channel's events
    public Access subscribe(Principal principal, String channel) {
        return decide(principal, channel, Wish.SUBSCRIBE);
    }

    /// @param principal who asks; its tenant is the only one that is looked at
    /// @param channel the channel's name within that tenant
    /// @return whether it may publish ephemeral events there
    public Access publish(Principal principal, String channel) {
        return decide(principal, channel, Wish.PUBLISH);
    }

    /// The channels that a principal may follow without naming them: those of its tenant that have
    /// one name, its own and those of its roles. What has a key (`chat:{key}`) must be asked for.
    ///
    /// @param principal who asks
    /// @return names in their order; null while that cannot be said, for one of them at least
    public @Nullable List<String> open(Principal principal) {
        var book = book();
        if (book == null) {
            return null;
        }
        var open = new ArrayList<String>();
        for (var channel : book.channels(principal)) {
            switch (subscribe(principal, channel)) {
                case Access.Allowed() -> open.add(channel);
                case Access.Forbidden(var code, var ignored) -> {
                    if (code.retry()) {
                        return null;
                    }
                }
            }
        }
        return open;
    }

    /// Whether those who may subscribe to a channel may see who else does, by the rules as they
    /// were read last: never blocks. Asked after [#subscribe] or [#refresh], which read them.
    ///
    /// @param channel the channel's name
    /// @return what its rules say; null while no rules could be read
    public @Nullable Boolean presence(String channel) {
        var asked = last;
        var known = refreshed;
        if (known == null || (asked != null && asked.book != null && asked.at - known.at > 0)) {
            known = asked;
        }
        if (known == null || known.book == null) {
            return null;
        }
        var rules = known.book.match(channel).rules();
        return !rules.isEmpty() && rules.stream().allMatch(ChannelRule::presence);
    }

    /// Reads the rules for [#presence]. Blocks. What was read for somebody's rights does not count
    /// as fresher for it: those are read when they are asked for.
    public void refresh() {
        var read = read();
        if (read.book != null) {
            refreshed = read;
        }
    }

    /// Something of the rights has changed: the next question reads the tables again. For whoever
    /// re-checks subscriptions; to be called before it asks again.
    ///
    /// @param change what changed
    public void forget(RightsChange change) {
        switch (change) {
            case RightsChange.Members(var tenant, var ignored) -> memberships.forget(tenant);
            case RightsChange.Rule _ -> version.incrementAndGet();
            case RightsChange.Unknown() -> {
                version.incrementAndGet();
                memberships.forgetAll();
            }
        }
        changes.incrementAndGet();
    }

    /// Whoever asks about rights, and finds afterwards that this has grown, asks once more.
    ///
    /// @return how many changes of rights this node has been told of; never blocks
    public long changes() {
        return changes.get();
    }

    /// Which channels are conflated, as the rules say now. Blocks.
    ///
    /// @return the switches, or null when the rules cannot be read now
    public @Nullable ConflatedChannels conflated() {
        var book = book();
        return book == null ? null : new ConflatedChannels(book);
    }

    /// A subscription that is asked about.
    ///
    /// @param principal who follows
    /// @param channel what
    public record Question(Principal principal, String channel) {}

    /// Asks again about subscriptions that stand, many with few queries.
    ///
    /// @param questions of one tenant or of several
    /// @param change only what it may concern is asked
    /// @return what is not allowed, or not known, any more; what is allowed is left out
    public Map<Question, Access.Forbidden> forbidden(
            Collection<Question> questions, RightsChange change) {
        var answers = new HashMap<Question, Access.Forbidden>();
        var book = book();
        var asked = new ArrayList<Memberships.Asked>();
        for (var question : questions) {
            if (book == null) {
                answers.put(question, UNREADABLE);
                continue;
            }
            var match = book.match(question.channel);
            if (concerned(match, change)) {
                ask(question, match, answers, asked);
            }
        }
        memberships
                .askAll(asked)
                .forEach((one, refused) -> {
                    if (refused instanceof Access.Forbidden forbidden) {
                        answers.putIfAbsent(one.question(), forbidden);
                    }
                });
        return answers;
    }

    private static boolean concerned(RuleBook.Match match, RightsChange change) {
        return switch (change) {
            case RightsChange.Members(var ignored, var table) ->
                    match.rules().stream().anyMatch(rule -> rule.memberTables().contains(table));
            // Which rule a channel falls under may be another one now.
            case RightsChange.Rule _, RightsChange.Unknown _ -> true;
        };
    }

    private static void ask(
            Question question,
            RuleBook.Match match,
            Map<Question, Access.Forbidden> answers,
            List<Memberships.Asked> asked) {
        if (!structurally(question.principal, match, Wish.SUBSCRIBE)) {
            answers.put(question, forbidden());
            return;
        }
        for (var rule : match.rules()) {
            if (rule.members() != null) {
                asked.add(new Memberships.Asked(question, rule.members(), match.key()));
            }
        }
    }

    static Access.Forbidden forbidden() {
        return new Access.Forbidden(
                Refusal.CHANNEL_FORBIDDEN, "no rule lets you do this with the channel");
    }

    private Access decide(Principal principal, String channel, Wish wish) {
        if (channel.startsWith(RESERVED) && !channel.equals(TENANT_PRESENCE)) {
            return forbidden();
        }
        if (!nameable(channel)) {
            return new Access.Forbidden(
                    Refusal.CHANNEL_INVALID,
                    "a channel's name has 1 to 200 bytes and no control characters");
        }
        var asked = nanos.getAsLong();
        var book = book();
        if (book == null) {
            return UNREADABLE;
        }
        var match = book.match(channel);
        if (!structurally(principal, match, wish)) {
            // Nobody is refused by rules that were read before they asked: the rule may have been
            // made a moment ago.
            book = bookSince(asked);
            if (book == null) {
                return UNREADABLE;
            }
            match = book.match(channel);
        }
        return structurally(principal, match, wish) ? member(match, principal) : forbidden();
    }

    private @Nullable RuleBook bookSince(long moment) {
        reading.lock();
        try {
            var known = last;
            if (known == null || known.at - moment < 0) {
                known = read();
                last = known;
            }
            return known.book;
        } finally {
            reading.unlock();
        }
    }

    /// @return whether all rules allow it, but for their membership queries
    private static boolean structurally(Principal principal, RuleBook.Match match, Wish wish) {
        return !match.rules().isEmpty()
                && match.rules().stream()
                        .allMatch(rule ->
                                wish.open(rule, principal.roles())
                                        && owns(rule, principal, match.key()));
    }

    private Access member(RuleBook.Match match, Principal principal) {
        for (var rule : match.rules()) {
            if (rule.members() != null
                    && memberships.ask(rule.members(), principal, match.key())
                            instanceof Access.Forbidden refused) {
                return refused;
            }
        }
        return new Access.Allowed();
    }

    private static boolean owns(ChannelRule rule, Principal principal, @Nullable String key) {
        return switch (rule.audience()) {
            case ChannelRule.Audience.OwnUser _ -> principal.user().equals(key);
            case ChannelRule.Audience.OwnRole _ -> key != null && principal.roles().contains(key);
            case ChannelRule.Audience.Named _, ChannelRule.Audience.Keyed _ -> true;
        };
    }

    private static boolean nameable(String channel) {
        return !channel.isEmpty()
                && channel.length() <= MAX_CHANNEL_BYTES
                && channel.getBytes(StandardCharsets.UTF_8).length <= MAX_CHANNEL_BYTES
                && Names.clean(channel);
    }

    private @Nullable RuleBook book() {
        var known = fresh();
        if (known != null) {
            return known.book;
        }
        reading.lock();
        try {
            known = fresh();
            if (known == null) {
                known = read();
                last = known;
            }
            return known.book;
        } finally {
            reading.unlock();
        }
    }

    private @Nullable Read fresh() {
        var known = last;
        return known != null
                        && nanos.getAsLong() - known.at < FRESH_NANOS
                        && known.version == version.get()
                ? known
                : null;
    }

    private Read read() {
        var at = nanos.getAsLong();
        var before = version.get();
        try {
            return new Read(new RuleBook(database.read(ChannelRules::rules)), at, before);
        } catch (DatabaseUnavailable | StatementFailed failed) {
            LOG.warn("carillon.channel_rule cannot be read: {}", failed.getMessage());
            // Whoever waited for this answer takes it, rather than wait for the next failure.
            return new Read(null, nanos.getAsLong(), before);
        }
    }

    private static List<ChannelRule> rules(Connection connection) throws SQLException {
        var sql =
                "select pattern, subscribe_roles, publish_roles, members, array(select"
                        + " lower(replace(replace(m, '\"', ''), ' ', '')) from"
                        + " unnest(member_tables) m), conflate_ms, conflate_key, presence from"
                        + " carillon.channel_rule";
        var rules = new ArrayList<ChannelRule>();
        try (var statement = connection.prepareStatement(sql);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                var audience = ChannelRule.Audience.of(rows.getString(1));
                if (audience == null) {
                    LOG.warn(
                            "the pattern {} of carillon.channel_rule names no channel",
                            rows.getString(1));
                    continue;
                }
                var publish = roles(rows.getArray(3));
                rules.add(
                        new ChannelRule(
                                rows.getString(1),
                                audience,
                                roles(rows.getArray(2)),
                                publish == null ? Set.of() : publish,
                                rows.getString(4),
                                Objects.requireNonNullElse(roles(rows.getArray(5)), Set.of()),
                                (Integer) rows.getObject(6),
                                rows.getString(7),
                                rows.getBoolean(8)));
            }
        }
        return rules;
    }

    private static @Nullable Set<String> roles(@Nullable Array array) throws SQLException {
        if (array == null) {
            return null;
        }
        var roles = new HashSet<String>();
        for (var role : (@Nullable String[]) array.getArray()) {
            if (role != null) {
                roles.add(role);
            }
        }
        return roles;
    }
}
