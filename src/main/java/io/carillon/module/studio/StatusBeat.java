package io.carillon.module.studio;

import io.carillon.database.Database;
import io.carillon.database.StatementFailed;
import io.carillon.database.Writer;
import io.carillon.hub.Audience;
import io.carillon.hub.Hub;
import io.micronaut.context.annotation.Context;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
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
    private static final int TENANTS_AT_ONCE = 500;
    private static final long STUMBLE_MILLIS = 1_000;
    private static final long FAREWELL_MILLIS = 5_000;

    /// A little after the interval's begin, so that the clocks' fractions do not matter.
    private static final long SLACK_MILLIS = 2;

    private final Database database;
    private final StudioSettings settings;
    private final int atOnce;
    private final Audience audience;
    private final LongAdder asked = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private final Thread thread;
    private boolean somebodyCame;
    private boolean resting;
    private boolean over;

    @Inject
    StatusBeat(Database database, Hub hub, StudioSettings settings) {
        this(database, hub, settings, TENANTS_AT_ONCE);
    }

    /// @param atOnce how many tenants are asked about in one statement
    StatusBeat(Database database, Hub hub, StudioSettings settings, int atOnce) {
        this.database = database;
        this.settings = settings;
        this.atOnce = atOnce;
        this.audience = hub.audience(CHANNEL);
        audience.whenSomebodyComes(this::come);
        thread = Thread.ofVirtual().name("carillon-studio-status").start(this::keep);
    }

    /// @return how often Postgres was asked since the start
    public long asked() {
        return asked.sum();
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
            var wait = settings.status().toMillis();
            for (var tenants : chunks(List.copyOf(audience.tenants()))) {
                asked.increment();
                wait = Math.min(wait, told(tenants));
            }
            return wait + SLACK_MILLIS;
        } catch (RuntimeException failed) {
            LOG.warn("the studios' status could not be told: {}", failed.getMessage());
            return STUMBLE_MILLIS;
        }
    }

    /// One whose status Postgres refuses does not silence the others.
    private long told(List<String> tenants) {
        try {
            return database.write(Writer.NODE, connection -> tell(connection, tenants));
        } catch (StatementFailed failed) {
            LOG.warn("the status of some studios could not be told: {}", failed.getMessage());
            return settings.status().toMillis();
        }
    }

    private List<List<String>> chunks(List<String> tenants) {
        var chunks = new ArrayList<List<String>>();
        for (var from = 0; from < tenants.size(); from += atOnce) {
            var to = Math.min(from + atOnce, tenants.size());
            chunks.add(tenants.subList(from, to));
        }
        return chunks;
    }

    private long tell(Connection connection, List<String> tenants) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "select carillon_app.tell_studio_status(?, make_interval(secs => ?))")) {
            statement.setArray(1, connection.createArrayOf("text", tenants.toArray()));
            statement.setDouble(2, settings.status().toMillis() / 1_000.0);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
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
