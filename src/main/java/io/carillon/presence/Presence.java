package io.carillon.presence;

import io.carillon.channel.ChannelKey;
import io.carillon.database.Database;
import io.carillon.registry.Registry;
import io.carillon.registry.RegistrySettings;
import io.carillon.registry.Roll;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Presence on this node: takes visits, keeps who is here, tells who follows.
///
/// One virtual thread: ends what has lingered, reads stale channels, keeps the rules fresh. Nothing
/// that it does holds up a lane, the tail or the registry. While Postgres is away followers keep
/// what they know. Safe for all threads.
public final class Presence implements Attendance, AutoCloseable {
    /// The channel whose members are everybody who is connected in the tenant.
    public static final String TENANT = "carillon.presence";

    /// The type of the hints that tell nodes that presence of a channel has changed.
    public static final String HINT = "carillon.presence";

    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
    private static final long TICK_MILLIS = 200;
    private static final long RULES_NANOS = 1_000_000_000L;
    private static final long REVIEW_NANOS = 5_000_000_000L;

    private final PresenceSettings settings;
    private final Roll roll;
    private final Present present;
    private final RosterRows rows;
    private final Rosters rosters;
    private final Exposure exposure;
    private final Registry registry;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile boolean running = true;
    private long rulesAt;
    private long reviewAt;

    /// @param registry writes what is kept here
    /// @param roll of the connections of this node
    /// @param exposure which channels show presence
    public Presence(
            Database database,
            Registry registry,
            Roll roll,
            Exposure exposure,
            RegistrySettings sizes,
            PresenceSettings settings) {
        this.settings = settings;
        this.roll = roll;
        this.exposure = exposure;
        this.registry = registry;
        this.present = new Present(registry, exposure, sizes, settings);
        this.rows = new RosterRows(database, settings.names());
        this.rosters = new Rosters(rows, settings, this::wake);
        this.thread = Thread.ofVirtual().name("carillon-presence").unstarted(this::run);
        registry.keep(present);
        registry.whenLost(rosters::lost);
    }

    /// Begins to tell.
    public void start() {
        rulesAt = System.nanoTime() - RULES_NANOS;
        reviewAt = System.nanoTime();
        thread.start();
    }

    @Override
    public Visit arrive(Guest guest) {
        var visit = new MemberVisit(guest, roll, present, rosters, exposure, settings);
        visit.arrive();
        return visit;
    }

    /// A hint came through the tail. Does not block.
    ///
    /// @param key of the channel in which something changed
    public void changed(ChannelKey key) {
        rosters.changed(key);
    }

    /// Hints may have been lost: everything that is followed is read again. Does not block.
    public void missed() {
        rosters.missed();
    }

    /// Reads who is present in a channel. Blocks on Postgres.
    ///
    /// @param key a channel; the caller has checked that it may be shown
    /// @return everybody, or how many
    public Update read(ChannelKey key) {
        var found = rows.read(List.of(key)).readings().getFirst();
        var members = found.members();
        var tag = Roster.tag(members, found.count());
        return members == null
                ? new Update.Count(key.channel(), found.count(), tag)
                : new Update.Everybody(key.channel(), members, tag);
    }

    /// @return users in channels on this node, the grace time included
    public int present() {
        return present.size();
    }

    /// @return channels whose presence is followed on this node
    public int followed() {
        return rosters.size();
    }

    /// @return statements that have written presence since the start
    public long statements() {
        return present.statements();
    }

    /// @return queries that have read presence for followers since the start
    public long readings() {
        return rosters.readings();
    }

    private void wake() {
        if (wanted.availablePermits() == 0) {
            wanted.release();
        }
    }

    private void run() {
        while (running) {
            try {
                if (wanted.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                    Thread.sleep(settings.gather());
                    wanted.drainPermits();
                }
                turn(System.nanoTime());
            } catch (InterruptedException stopping) {
                return;
            } catch (RuntimeException failed) {
                LOG.warn("presence: a turn failed", failed);
            }
        }
    }

    private void turn(long nanos) {
        if (nanos - rulesAt >= RULES_NANOS) {
            rulesAt = nanos;
            exposure.refresh();
            // Somebody may wait to be written until the rules are known.
            registry.wake();
        }
        if (nanos - reviewAt >= REVIEW_NANOS) {
            reviewAt = nanos;
            present.review();
        }
        present.expire(nanos);
        rosters.turn(nanos);
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }
}
