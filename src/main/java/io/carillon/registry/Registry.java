package io.carillon.registry;

import io.carillon.database.Database;
import io.carillon.identity.NodeId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// This node's place in the registry: keeps its lease, reaps the dead, writes the ledgers.
///
/// Everything happens on one thread with one connection. Changes are gathered for a moment and
/// written in batches, so a storm of thousands of connections costs tens of statements. While
/// Postgres is away it tries again with backoff from 50 ms to 2 s, or a quarter of the lease if
/// that is less: after an outage everybody beats before a lease is over. Ledgers hold what is to be
/// written, each within its bound.
///
/// When the node's row has another registration than before (Postgres crashed, or this node was
/// silent for longer than its lease and was reaped), all ledgers are written anew. When the
/// unlogged tables live another life, those who asked with [#whenLost] are told too: what *other*
/// nodes had registered is gone and is on its way back.
///
/// Safe for all threads.
public final class Registry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);
    private static final Duration UNREGISTERED = Duration.ofMillis(100);
    private static final long FIRST_BACKOFF = 50;
    private static final long LAST_BACKOFF = 2_000;
    private static final int SWEEP_BEATS = 60;

    private final Database database;
    private final RegistrySettings settings;
    private final Nodes nodes;
    private final Lease lease;
    private final List<Ledger> ledgers = new CopyOnWriteArrayList<>();
    private final List<Runnable> lossListeners = new CopyOnWriteArrayList<>();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile boolean running = true;
    private volatile @Nullable String address;
    private volatile boolean hurried;
    private volatile long reaped;
    private volatile long losses;
    private volatile long reconnects;
    private @Nullable Registration mine;
    private @Nullable String life;
    private long beatAt;
    private long beats;

    public Registry(Database database, NodeId node, Nodes nodes, RegistrySettings settings) {
        this.database = database;
        this.settings = settings;
        this.nodes = nodes;
        this.lease = new Lease(node, settings.lease());
        this.thread =
                Thread.ofPlatform()
                        .name("carillon-registry-" + node.value())
                        .daemon()
                        .unstarted(this::run);
        nodes.whenHurried(this::hurry);
    }

    /// Begins to keep the lease.
    public void start() {
        thread.start();
    }

    /// @param ledger is written by this registry from now on
    public void keep(Ledger ledger) {
        ledgers.add(ledger);
    }

    /// @param listener called on the registry's thread when Postgres lost the unlogged tables; must
    ///     not block
    public void whenLost(Runnable listener) {
        lossListeners.add(listener);
    }

    /// @param found host and port at which other nodes reach this one
    public void address(String found) {
        address = found;
        hurry();
    }

    /// A ledger has something to write. Does not block.
    public void wake() {
        if (wanted.availablePermits() == 0) {
            wanted.release();
        }
    }

    private void hurry() {
        hurried = true;
        wake();
    }

    /// @return dead nodes that this node removed since the start
    public long reaped() {
        return reaped;
    }

    /// @return how often Postgres lost the unlogged tables since the start
    public long losses() {
        return losses;
    }

    /// @return how often the connection was lost since the start
    public long reconnects() {
        return reconnects;
    }

    private void run() {
        var backoff = FIRST_BACKOFF;
        var lastBackoff = Math.min(LAST_BACKOFF, settings.lease().toMillis() / 4);
        while (running && !Thread.currentThread().isInterrupted()) {
            try (var connection = database.open("registry")) {
                beatAt = System.nanoTime() - settings.heartbeat().toNanos();
                while (running) {
                    work(connection);
                    backoff = FIRST_BACKOFF;
                }
                leave(connection);
            } catch (InterruptedException stopped) {
                return;
            } catch (SQLException | RuntimeException failed) {
                if (!running) {
                    return;
                }
                reconnects = reconnects + 1;
                LOG.warn("the registry lost Postgres, trying again: {}", failed.getMessage());
                var jitter = ThreadLocalRandom.current().nextLong(backoff / 2 + 1);
                if (!pause(Duration.ofMillis(backoff + jitter))) {
                    return;
                }
                backoff = Math.min(lastBackoff, backoff * 2);
            }
        }
    }

    private boolean pause(Duration length) {
        try {
            Thread.sleep(length);
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private void work(Connection connection) throws SQLException, InterruptedException {
        var now = System.nanoTime();
        var rest = beatAt + settings.heartbeat().toNanos() - now;
        if (hurried || rest <= 0) {
            hurried = false;
            beatAt = now;
            beat(connection);
            rest = settings.heartbeat().toNanos();
        }
        if (mine == null) {
            // The tail inserts the row; until then there is nothing to hang anything on.
            rest = Math.min(rest, UNREGISTERED.toNanos());
            beatAt = now + rest - settings.heartbeat().toNanos();
        }
        if (wanted.tryAcquire(rest, TimeUnit.NANOSECONDS)) {
            if (running && !hurried) {
                Thread.sleep(settings.gather());
            }
            wanted.drainPermits();
            write(connection);
        }
    }

    private void beat(Connection connection) throws SQLException {
        var pulse = lease.beat(connection, address, nodes);
        if (pulse.life() == null) {
            Lease.begin(connection);
            hurried = true;
        } else if (!pulse.life().equals(life)) {
            var first = life == null;
            life = pulse.life();
            if (!first) {
                losses = losses + 1;
                LOG.warn("Postgres lost its unlogged tables; everything is registered again");
                lossListeners.forEach(Runnable::run);
            }
        }
        var found = pulse.mine();
        if (found != null && !found.equals(mine)) {
            ledgers.forEach(Ledger::forget);
            wake();
        }
        mine = found;
        nodes.update(pulse.nodes());
        reap(connection);
    }

    private void reap(Connection connection) throws SQLException {
        var gone = lease.reap(connection);
        if (!gone.isEmpty()) {
            reaped = reaped + gone.size();
            LOG.info("removed nodes that were silent for {}: {}", settings.lease(), gone);
            nodes.update(
                    nodes.live().stream()
                            .filter(node -> !gone.contains(node.id().value()))
                            .toList());
        }
        if (beats++ % SWEEP_BEATS == 0) {
            try (var statement = connection.prepareStatement("select carillon.sweep_presence(?)")) {
                statement.setLong(1, settings.lease().toMillis());
                statement.execute();
            }
        }
    }

    private void write(Connection connection) throws SQLException {
        for (var ledger : ledgers) {
            var here = mine;
            if (here == null) {
                return;
            }
            try {
                if (!ledger.write(connection, here)) {
                    // Reaped, or another row: the next heartbeat says which, and comes at once.
                    mine = null;
                    hurry();
                    return;
                }
            } catch (SQLException failed) {
                // Part of it may have been written.
                mine = null;
                throw failed;
            }
        }
    }

    private void leave(Connection connection) throws SQLException {
        var here = mine;
        if (here != null) {
            for (var ledger : ledgers) {
                ledger.leave(connection, here);
            }
        }
    }

    @Override
    public void close() {
        running = false;
        wake();
        try {
            if (!thread.join(Duration.ofSeconds(5))) {
                thread.interrupt();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
