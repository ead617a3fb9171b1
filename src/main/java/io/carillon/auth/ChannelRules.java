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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// May this principal subscribe to, or publish on, this channel? By the rows of
/// `carillon.channel_rule`.
///
/// A channel that no rule names is forbidden. [RuleBook] says which rule is for a channel.
/// Subscribing needs one of the rule's roles (or none is asked), publishing one of its publishing
/// roles; both need that the channel is the user's own where the pattern says `{user}`, and that
/// the membership query finds a row where there is one ([Memberships]).
///
/// The tenant and the user of every check are the principal's. Rules are read again when they are
/// asked for and older than half a second, answers of membership queries are kept for one second:
/// so a change counts within one second on every node, without any message between nodes. While
/// Postgres does not answer, nobody is let in ([Refusal#UNAVAILABLE], to be tried again).
///
/// Blocks on Postgres now and then: call it on a virtual thread. Safe for all threads.
@Singleton
public final class ChannelRules {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelRules.class);
    private static final long FRESH_NANOS = Duration.ofMillis(500).toNanos();
    private static final int MAX_CHANNEL_BYTES = 200;

    private final Database database;
    private final Memberships memberships;
    private final LongSupplier nanos;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile @Nullable Read last;

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
    private record Read(@Nullable RuleBook book, long at) {}

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
    /// one name, and its own. What has a key (`chat:{key}`) must be asked for.
    ///
    /// @param principal who asks
    /// @return names in their order; empty while the rules cannot be read
    public List<String> open(Principal principal) {
        var book = book();
        return book == null
                ? List.of()
                : book.channels(principal.user()).stream()
                        .filter(channel -> subscribe(principal, channel) instanceof Access.Allowed)
                        .toList();
    }

    /// Forgets what membership queries said about a tenant, so that the next question reads the
    /// tables again. For whoever re-checks subscriptions after a change of a table that a rule
    /// reads.
    ///
    /// @param tenant the tenant whose rows changed
    public void forget(String tenant) {
        memberships.forget(tenant);
    }

    static Access.Forbidden forbidden() {
        return new Access.Forbidden(
                Refusal.CHANNEL_FORBIDDEN, "no rule lets you do this with the channel");
    }

    private Access decide(Principal principal, String channel, Wish wish) {
        if (!nameable(channel)) {
            return new Access.Forbidden(
                    Refusal.CHANNEL_INVALID,
                    "a channel's name has 1 to 200 bytes and no control characters");
        }
        var book = book();
        if (book == null) {
            return new Access.Forbidden(
                    Refusal.UNAVAILABLE, "channel rules cannot be read now: try again");
        }
        var match = book.match(channel);
        for (var rule : match.rules()) {
            if (!wish.open(rule, principal.roles()) || !owns(rule, principal, match.key())) {
                return forbidden();
            }
        }
        return match.rules().isEmpty() ? forbidden() : member(match, principal);
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
        return known != null && nanos.getAsLong() - known.at < FRESH_NANOS ? known : null;
    }

    private Read read() {
        var at = nanos.getAsLong();
        try {
            return new Read(new RuleBook(database.read(ChannelRules::rules)), at);
        } catch (DatabaseUnavailable | StatementFailed failed) {
            LOG.warn("carillon.channel_rule cannot be read: {}", failed.getMessage());
            // Whoever waited for this answer takes it, rather than wait for the next failure.
            return new Read(null, nanos.getAsLong());
        }
    }

    private static List<ChannelRule> rules(Connection connection) throws SQLException {
        var sql =
                "select pattern, subscribe_roles, publish_roles, members from"
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
                                audience,
                                roles(rows.getArray(2)),
                                publish == null ? Set.of() : publish,
                                rows.getString(4)));
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
