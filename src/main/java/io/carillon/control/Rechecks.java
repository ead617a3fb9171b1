package io.carillon.control;

import io.carillon.auth.Access;
import io.carillon.auth.ChannelRules;
import io.carillon.auth.RightsChange;
import io.carillon.channel.Event;
import io.carillon.connection.Connection;
import io.carillon.connection.OpenConnections;
import io.carillon.identity.Principal;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Asks again who may follow what, after something of it has changed, and ends what is not allowed
/// any longer.
///
/// [Control] says what has changed; the answers are [ChannelRules]', the subscriptions the lanes'.
/// Changes of one tenant that come close together are one round: it begins [#GATHER] after the
/// first, at most one round of a tenant runs at a time, and the next waits three times as long as
/// the last took, up to [#LONGEST_REST], so that a tenant whose members change all the time keeps
/// the database busy for a quarter of the time at most. A round asks one query for every 200
/// subscriptions of a rule, and only about rules that read the changed table.
///
/// Promise: a subscription whose right ended is ended within a second while the rules' queries
/// answer in time and its lane is not late; otherwise it is asked about again every half second,
/// and stays meanwhile. A connection that subscribes at the same moment looks after itself, by
/// [ChannelRules#changes].
///
/// Bounds: [#TENANTS] tenants with changes at a time; more become one round of all.
@Singleton
final class Rechecks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rechecks.class);
    private static final Duration GATHER = Duration.ofMillis(20);
    private static final Duration LONGEST_REST = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration LANES = Duration.ofSeconds(1);
    private static final int TENANTS = 1_000;
    private static final int AT_ONCE = 4;

    private final ChannelRules rules;
    private final OpenConnections connections;
    private final ExecutorService rounds = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore running = new Semaphore(AT_ONCE);
    private final Map<String, Set<RightsChange>> pending = new HashMap<>();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    Rechecks(ChannelRules rules, OpenConnections connections) {
        this.rules = rules;
        this.connections = connections;
    }

    /// @return subscriptions that were asked about again since the start
    long asked() {
        return asked.get();
    }

    /// @return subscriptions that were ended since the start
    long ended() {
        return ended.get();
    }

    /// @param change what has changed; does not block
    void because(RightsChange change) {
        rules.forget(change);
        gather(change);
    }

    private synchronized void gather(RightsChange change) {
        var tenant = pending.size() < TENANTS ? change.tenant() : Event.ALL_TENANTS;
        var what = tenant.equals(change.tenant()) ? change : new RightsChange.Unknown();
        var changes = pending.get(tenant);
        if (changes != null) {
            changes.add(what);
            return;
        }
        pending.put(tenant, new LinkedHashSet<>(Set.of(what)));
        rounds.execute(() -> keepRound(tenant));
    }

    private synchronized Set<RightsChange> take(String tenant) {
        var taken = new LinkedHashSet<>(pending.getOrDefault(tenant, Set.of()));
        if (taken.isEmpty()) {
            pending.remove(tenant);
        } else {
            pending.put(tenant, new LinkedHashSet<>());
        }
        return taken;
    }

    /// Rounds of one tenant until nothing changes any more.
    private void keepRound(String tenant) {
        var rest = GATHER.toNanos();
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(rest);
                var changes = take(tenant);
                if (changes.isEmpty()) {
                    return;
                }
                var began = System.nanoTime();
                running.acquire();
                try {
                    for (var change : changes) {
                        round(tenant, change);
                    }
                } finally {
                    running.release();
                }
                var took = System.nanoTime() - began;
                rest = Math.clamp(3 * took, GATHER.toNanos(), LONGEST_REST.toNanos());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private record Held(Connection connection, Principal principal, List<String> channels) {}

    private void round(String tenant, RightsChange change) throws InterruptedException {
        try {
            var held = new ConcurrentLinkedQueue<Held>();
            var everybody = look(tenant, held);
            check(List.copyOf(held), change);
            if (!everybody) {
                later(change);
            }
        } catch (RuntimeException fault) {
            LOG.error("subscriptions could not be checked again, trying again", fault);
            later(change);
        }
    }

    /// @return false when a lane was too late to say who sits there
    private boolean look(String tenant, Queue<Held> held) throws InterruptedException {
        var all = tenant.equals(Event.ALL_TENANTS);
        return connections.each(
                LANES,
                connection -> {
                    var who = connection.principal();
                    if (who != null
                            && (all || tenant.equals(who.tenant()))
                            && !connection.channels().isEmpty()) {
                        held.add(new Held(connection, who, List.copyOf(connection.channels())));
                    }
                });
    }

    private void check(List<Held> held, RightsChange change) {
        var questions = new LinkedHashSet<ChannelRules.Question>();
        for (var one : held) {
            for (var channel : one.channels) {
                questions.add(new ChannelRules.Question(one.principal, channel));
            }
        }
        if (questions.isEmpty()) {
            return;
        }
        asked.addAndGet(questions.size());
        var answers = rules.forbidden(questions, change);
        if (answers.isEmpty()) {
            return;
        }
        var unknown = false;
        for (var one : held) {
            var forbidden = new ArrayList<String>();
            for (var channel : one.channels) {
                var answer = answers.get(new ChannelRules.Question(one.principal, channel));
                unknown |= answer != null && answer.code().retry();
                if (answer instanceof Access.Forbidden(var code, var ignored) && !code.retry()) {
                    forbidden.add(channel);
                }
            }
            if (!forbidden.isEmpty()) {
                ended.addAndGet(forbidden.size());
                one.connection.notAllowed(one.principal, forbidden);
            }
        }
        if (unknown) {
            later(change);
        }
    }

    private void later(RightsChange change) {
        rounds.execute(() -> {
            try {
                Thread.sleep(AGAIN);
                because(change);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    @PreDestroy
    public void close() {
        rounds.shutdownNow();
    }
}
