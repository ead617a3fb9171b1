package io.carillon.presence;

import io.carillon.channel.ChannelKey;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/// The channels whose presence is followed on this node.
///
/// A hint makes a channel stale; in its next turn the presence thread reads all stale channels, a
/// hundred in one query, and tells followers what is different. The next update of a channel is
/// not made before the last was told on every lane, so a slow lane gathers nothing. Followers come
/// and go on any thread.
final class Rosters {
    private static final Logger LOG = LoggerFactory.getLogger(Rosters.class);
    private static final int PAGE = 100;
    private static final long MISSED_NANOS = 1_000_000_000L;

    private final RosterRows rows;
    private final PresenceSettings settings;
    private final Runnable wake;
    private final Map<ChannelKey, Roster> followed = new ConcurrentHashMap<>();
    private final Set<Roster> due = ConcurrentHashMap.newKeySet();
    private volatile boolean allStale;
    private volatile long settledAt;
    private volatile boolean unsettled;
    private volatile long readings;
    private @Nullable String life;
    private boolean lifeWanted;
    private long reconciledAt = System.nanoTime();

    /// @param wake calls the presence thread; must not block
    Rosters(RosterRows rows, PresenceSettings settings, Runnable wake) {
        this.rows = rows;
        this.settings = settings;
        this.wake = wake;
    }

    void follow(ChannelKey key, MemberVisit visit) {
        due.add(
                followed.compute(
                        key,
                        (same, was) -> {
                            var roster = was == null ? new Roster(key, settings.names()) : was;
                            roster.follow(visit);
                            return roster;
                        }));
        wake.run();
    }

    void again(ChannelKey key, MemberVisit visit) {
        var roster = followed.get(key);
        if (roster != null) {
            roster.again(visit);
            due.add(roster);
            wake.run();
        }
    }

    void leave(ChannelKey key, MemberVisit visit) {
        followed.computeIfPresent(
                key,
                (same, roster) -> {
                    if (!roster.leave(visit)) {
                        return roster;
                    }
                    due.remove(roster);
                    return null;
                });
    }

    /// Something changed in a channel. The tail's thread; does not block.
    void changed(ChannelKey key) {
        var roster = followed.get(key);
        if (roster != null) {
            roster.outdated();
            due.add(roster);
            wake.run();
        }
    }

    /// Hints may have been lost.
    void missed() {
        allStale = true;
        wake.run();
    }

    /// Postgres lost the table: nodes write theirs again for a while, then everybody is told
    /// everything.
    void lost() {
        settledAt = System.nanoTime() + settings.settle().toNanos();
        unsettled = true;
    }

    /// @return channels that are followed on this node
    int size() {
        return followed.size();
    }

    /// @return queries that have read presence since the start
    long readings() {
        return readings;
    }

    /// One turn of the presence thread.
    void turn(long nanos) {
        if (unsettled && nanos - settledAt >= 0) {
            unsettled = false;
            life = null;
            lifeWanted = true;
            followed.values().forEach(Roster::restart);
            due.addAll(followed.values());
        } else if (!unsettled) {
            age(nanos);
        }
        var unread = new ArrayList<Roster>();
        for (var roster : due) {
            if (!roster.told()) {
                continue;
            }
            // Until nodes have written theirs again, the table says nothing that is worth telling.
            if (!unsettled && roster.unread(nanos, settings.countEvery().toNanos())) {
                unread.add(roster);
            } else {
                welcome(roster);
            }
        }
        for (var from = 0; from < unread.size(); from += PAGE) {
            read(unread.subList(from, Math.min(unread.size(), from + PAGE)), nanos);
        }
    }

    private void age(long nanos) {
        var age = settings.reconcile().toNanos();
        // A flood loses hints all the time; the table is read once a second for it, no more.
        var all = allStale && nanos - reconciledAt > MISSED_NANOS;
        if (all || nanos - reconciledAt > age / 4) {
            allStale &= !all;
            reconciledAt = nanos;
            for (var roster : followed.values()) {
                if (all || roster.old(nanos, age)) {
                    roster.outdated();
                    due.add(roster);
                }
            }
        }
    }

    private void read(List<Roster> page, long nanos) {
        page.forEach(roster -> roster.reading(nanos));
        List<Roster.Reading> found;
        try {
            var read = rows.read(page.stream().map(roster -> roster.key).toList());
            readings = readings + 1;
            if (another(read.life())) {
                if (!unsettled) {
                    lost();
                }
                page.forEach(Roster::outdated);
                return;
            }
            found = read.readings();
        } catch (RuntimeException failed) {
            LOG.warn("presence cannot be read now: {}", failed.getMessage());
            page.forEach(Roster::outdated);
            return;
        }
        for (var number = 0; number < page.size(); number++) {
            var roster = page.get(number);
            var telling = roster.take(found.get(number));
            if (telling != null) {
                tell(roster, telling);
            }
            welcome(roster);
        }
    }

    /// Whether the table was lost, perhaps before the registry has noticed: then what it says now
    /// is nothing to tell anybody.
    private boolean another(@Nullable String found) {
        var known = life;
        if (found == null ? known != null || lifeWanted : known != null && !known.equals(found)) {
            return true;
        }
        life = found;
        lifeWanted &= found == null;
        return false;
    }

    private void welcome(Roster roster) {
        var telling = roster.welcome();
        if (telling != null) {
            tell(roster, telling);
        }
        if (!roster.waits()) {
            due.remove(roster);
            // Somebody may have come in between.
            if (roster.waits()) {
                due.add(roster);
            }
        }
    }

    private void tell(Roster roster, Roster.Telling telling) {
        var byLoop = new HashMap<Executor, List<MemberVisit>>();
        for (var visit : telling.whom()) {
            byLoop.computeIfAbsent(visit.loop(), ignored -> new ArrayList<>()).add(visit);
        }
        roster.telling(byLoop.size());
        byLoop.forEach((loop, visits) -> {
            try {
                loop.execute(() -> tell(roster, visits, telling.update()));
            } catch (RuntimeException closed) {
                // A loop that ends has no connections left.
                roster.toldOne();
            }
        });
    }

    private void tell(Roster roster, List<MemberVisit> visits, Update update) {
        try {
            visits.forEach(visit -> visit.tell(update));
        } finally {
            if (roster.toldOne() && roster.waits()) {
                wake.run();
            }
        }
    }
}
