package io.carillon.module.studio;

import io.carillon.database.Database;
import io.carillon.hub.Audience;
import io.carillon.hub.Hub;
import io.micronaut.context.annotation.Context;

import jakarta.annotation.PreDestroy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Has the status of the studios told every `carillon.studio.status`, of those tenants of whom
/// somebody on this node follows channel `status`. While nobody does it sleeps and asks nothing.
///
/// Every node does so for its own clients' tenants, in the same intervals of the database's clock;
/// the first one of an interval tells, for all nodes, and the others find it told
/// (`carillon_app.tell_studio_status`). One virtual thread.
@Context
public final class StatusBeat implements AutoCloseable {
    /// The channel whose followers count.
    static final String CHANNEL = "status";

    private static final Logger LOG = LoggerFactory.getLogger(StatusBeat.class);
    private static final long STUMBLE_MILLIS = 1_000;
    private static final long FAREWELL_MILLIS = 5_000;

    /// A little after the interval's begin, so that the clocks' fractions do not matter.
    private static final long SLACK_MILLIS = 2;

    private final StatusTeller teller;
    private final Audience audience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private final Thread thread;
    private boolean somebodyCame;
    private boolean resting;
    private boolean over;

    StatusBeat(Database database, Hub hub, StudioSettings settings) {
        this.teller = new StatusTeller(database, settings.status());
        this.audience = hub.audience(CHANNEL);
        audience.whenSomebodyComes(this::come);
        thread = Thread.ofVirtual().name("carillon-studio-status").start(this::keep);
    }

    /// @return how often Postgres was asked since the start
    public long asked() {
        return teller.asked();
    }

    /// @return how often the status of one tenant's studios was refused since the start
    public long refused() {
        return teller.refused();
    }

    /// @return whether it sleeps, for nobody is there to be told
    boolean resting() {
        lock.lock();
        try {
            return resting;
        } finally {
            lock.unlock();
        }
    }

    /// On a lane's thread: the lock is held for moments only.
    private void come() {
        lock.lock();
        try {
            somebodyCame = true;
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void keep() {
        while (awaitSomebody()) {
            var pause = told();
            if (!paused(pause)) {
                return;
            }
        }
    }

    /// @return false when the node goes
    private boolean awaitSomebody() {
        lock.lock();
        try {
            while (!over && audience.none()) {
                resting = true;
                change.await();
            }
            resting = false;
            somebodyCame = false;
            return !over;
        } catch (InterruptedException stopping) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Whoever comes meanwhile ends the pause: a tenant that nobody watched is told at once.
    ///
    /// @return false when the node goes
    private boolean paused(long millis) {
        lock.lock();
        try {
            var left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!over && !somebodyCame && left > 0) {
                left = change.awaitNanos(left);
            }
            return !over;
        } catch (InterruptedException stopping) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// @return milliseconds until the next interval
    private long told() {
        try {
            return teller.tell(audience.tenants()) + SLACK_MILLIS;
        } catch (RuntimeException failed) {
            LOG.warn("the studios' status could not be told: {}", failed.getMessage());
            return STUMBLE_MILLIS;
        }
    }

    @Override
    @PreDestroy
    public void close() throws InterruptedException {
        lock.lock();
        try {
            over = true;
            change.signalAll();
        } finally {
            lock.unlock();
        }
        if (!thread.join(java.time.Duration.ofMillis(FAREWELL_MILLIS))) {
            thread.interrupt();
        }
    }
}
