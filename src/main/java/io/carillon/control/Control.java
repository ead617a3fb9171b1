package io.carillon.control;

import io.carillon.auth.ChannelRules;
import io.carillon.auth.Revocations;
import io.carillon.auth.RightsChange;
import io.carillon.channel.Event;
import io.carillon.connection.Connection;
import io.carillon.connection.Disconnect;
import io.carillon.connection.OpenConnections;
import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.database.StatementFailed;
import io.carillon.database.Writer;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.hub.Observer;
import io.carillon.limit.Limits;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.exceptions.ConfigurationException;

import jakarta.annotation.PreDestroy;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Carries out control orders on this node.
///
/// The hub hands it every batch; it picks the events of the channel `carillon.control` and acts on
/// them on a virtual thread of its own: revocations go into the register first, then every lane
/// looks once through its connections, for all orders that have gathered meanwhile. A connection
/// that is let in at the same moment meets the register itself, so none slips through.
///
/// Promise: an order that commits while the node follows the log is carried out within a second,
/// mostly within milliseconds; a node that starts reads the orders in force before it serves, one
/// whose hub began again reads them then. While a node cannot reach Postgres it learns nothing; it
/// lets nobody follow a channel anew either ([io.carillon.auth.ChannelRules]).
///
/// Bounds: [#QUEUE] orders wait at most; when there are more the rows are read instead.
@Context
public final class Control implements Observer, AutoCloseable {
    /// The reserved channel of control events; no client may follow it.
    public static final String CHANNEL = "carillon.control";

    private static final Logger LOG = LoggerFactory.getLogger(Control.class);
    private static final int QUEUE = 10_000;
    private static final int AT_ONCE = 1_000;
    private static final int REMEMBERED = 10_000;
    private static final Duration LANES = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long FIRST_BACKOFF = 50;
    private static final long LAST_BACKOFF = 5_000;
    private static final Duration SWEEP = Duration.ofSeconds(2);
    private static final Duration ROUND = Duration.ofMinutes(1);

    private final Database database;
    private final OrderReader reader;
    private final Revocations revocations;
    private final OpenConnections connections;
    private final Rechecks rechecks;
    private final Limits limits;
    private final Hub hub;
    private final ChannelRules rules;
    private final BlockingQueue<News> news = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong carriedOut = new AtomicLong();
    private final AtomicLong closed = new AtomicLong();
    private final Map<Long, Boolean> known = new Remembered();
    private final Thread thread;
    private volatile boolean missed;

    /// What the tail's thread leaves for ours.
    private sealed interface News {
        record Told(Event event) implements News {}

        record Restarted() implements News {}
    }

    /// Disconnections that have been carried out; the oldest is forgotten.
    private static final class Remembered extends LinkedHashMap<Long, Boolean> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }

    Control(
            Database database,
            Hub hub,
            OrderReader reader,
            Revocations revocations,
            OpenConnections connections,
            Rechecks rechecks,
            Limits limits,
            ChannelRules rules)
            throws InterruptedException {
        this.database = database;
        this.reader = reader;
        this.revocations = revocations;
        this.connections = connections;
        this.rechecks = rechecks;
        this.limits = limits;
        this.hub = hub;
        this.rules = rules;
        // First listen, then read: what commits in between comes both ways.
        hub.observe(this);
        remember(readPatiently());
        limits.reload();
        readConflation();
        this.thread = Thread.ofVirtual().name("carillon-control").start(this::run);
    }

    @Override
    public void published(Batch batch) {
        for (var event : batch.events()) {
            if (event.channel().equals(CHANNEL)) {
                leave(new News.Told(event));
            }
        }
    }

    @Override
    public void restarted(Batch first) {
        leave(new News.Restarted());
    }

    private void leave(News item) {
        if (!news.offer(item)) {
            missed = true;
        }
    }

    /// @return orders carried out since the start
    public long carriedOut() {
        return carriedOut.get();
    }

    /// @return connections that were closed by orders since the start
    public long closed() {
        return closed.get();
    }

    /// @return subscriptions that were asked about again since the start, because rights changed
    public long rechecked() {
        return rechecks.asked();
    }

    /// @return subscriptions that were ended since the start, because rights changed
    public long ended() {
        return rechecks.ended();
    }

    private List<Order> readPatiently() throws InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return reader.inForce();
            } catch (DatabaseUnavailable | StatementFailed failed) {
                if (System.nanoTime() > end) {
                    throw new ConfigurationException(
                            "carillon.control_order could not be read: " + failed.getMessage());
                }
                Thread.sleep(LAST_BACKOFF / 10);
            }
        }
    }

    /// Nobody is connected yet: disconnections are over, revocations count.
    private void remember(List<Order> orders) {
        enter(orders);
        for (var order : orders) {
            if (order instanceof Order.Disconnect(var id, var ignored)) {
                known.put(id, true);
            }
        }
    }

    private void run() {
        var swept = System.nanoTime();
        var forgot = System.nanoTime() - SWEEP.toNanos();
        var rounds = 0;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                var first = news.poll(SWEEP.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null || missed) {
                    carryOut(gather(first));
                }
                if (System.nanoTime() - forgot > SWEEP.toNanos()) {
                    forgot = System.nanoTime();
                    limits.sweep(forgot);
                }
                if (System.nanoTime() - swept > ROUND.toNanos()) {
                    swept = System.nanoTime();
                    revocations.sweep(Instant.now());
                    sweep(rounds++);
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Order> gather(@Nullable News first) throws InterruptedException {
        var gathered = new ArrayList<News>();
        if (first != null) {
            gathered.add(first);
        }
        news.drainTo(gathered, AT_ONCE);
        var orders = new ArrayList<Order>();
        var reread = missed;
        missed = false;
        for (var item : gathered) {
            switch (item) {
                case News.Restarted() -> reread = true;
                case News.Told(var event) -> {
                    var order = reader.order(event);
                    if (order != null) {
                        orders.add(order);
                    }
                    // So many at once that the tail told of them as one reset.
                    reread |= event.reset();
                }
            }
        }
        if (reread) {
            orders.addAll(readUntilItWorks());
            orders.add(new Order.Recheck(new RightsChange.Unknown()));
            orders.add(new Order.NewLimits());
        }
        return orders;
    }

    private List<Order> readUntilItWorks() throws InterruptedException {
        for (var backoff = FIRST_BACKOFF; ; backoff = Math.min(LAST_BACKOFF, backoff * 2)) {
            try {
                return reader.inForce();
            } catch (DatabaseUnavailable | StatementFailed failed) {
                LOG.warn("control orders cannot be read, trying again: {}", failed.getMessage());
                Thread.sleep(backoff);
            }
        }
    }

    private void carryOut(List<Order> orders) throws InterruptedException {
        var targets = new HashSet<Order.Target>();
        for (var order : orders) {
            if (order instanceof Order.Disconnect(var id, var target)
                    && known.put(id, true) == null) {
                targets.add(target);
            }
        }
        if (enter(orders) || !targets.isEmpty()) {
            // A late lane does it all the same.
            connections.each(LANES, connection -> judge(connection, targets));
        }
        carriedOut.addAndGet(orders.size());
    }

    /// @return whether there is anything new to hold connections against
    private boolean enter(List<Order> orders) {
        var any = false;
        var relimit = false;
        var rerule = false;
        for (var order : orders) {
            switch (order) {
                case Order.RevokeToken(var tenant, var token, var until) -> {
                    revocations.revokeToken(tenant, token, until);
                    any = true;
                }
                case Order.RevokeUser(var tenant, var user, var before, var until) -> {
                    revocations.revokeUser(tenant, user, before, until);
                    any = true;
                }
                case Order.Recheck(var change) -> {
                    rechecks.because(change);
                    rerule |= !(change instanceof RightsChange.Members);
                }
                case Order.NewLimits() -> relimit = true;
                case Order.Disconnect _ -> {}
            }
        }
        if (relimit) {
            readLimits();
        }
        if (rerule) {
            readConflation();
        }
        return any;
    }

    /// When that fails everything is read again, until it works.
    private void readLimits() {
        try {
            limits.reload();
        } catch (DatabaseUnavailable | StatementFailed failed) {
            LOG.warn("carillon.tenant_limit cannot be read: {}", failed.getMessage());
            missed = true;
        }
    }

    private void readConflation() {
        var conflated = rules.conflated();
        if (conflated == null) {
            missed = true;
        } else {
            hub.conflate(new RuledConflation(conflated));
        }
    }

    /// On the connection's lane.
    private void judge(Connection connection, Set<Order.Target> targets) {
        var who = connection.principal();
        if (who == null) {
            return;
        }
        if (revocations.hits(who)) {
            closed.incrementAndGet();
            connection.close(Disconnect.REVOKED);
        } else if (!targets.isEmpty()
                && (targets.contains(Order.Target.user(who))
                        || targets.contains(Order.Target.connection(who, connection.id()))
                        || targets.contains(Order.Target.tenant(who)))) {
            closed.incrementAndGet();
            connection.close(Disconnect.DISCONNECTED);
        }
    }

    /// Every node deletes what is over, now and then; the statement skips what another deletes.
    private void sweep(int round) {
        if (round % 10 != 0) {
            return;
        }
        try {
            var unused =
                    database.<Integer>write(
                            Writer.NODE,
                            connection -> {
                                try (var statement = connection.createStatement();
                                        var rows =
                                                statement.executeQuery(
                                                        "select carillon.sweep_orders()")) {
                                    return rows.next() ? rows.getInt(1) : 0;
                                }
                            });
        } catch (DatabaseUnavailable | StatementFailed failed) {
            LOG.warn("old control orders stay for now: {}", failed.getMessage());
        }
    }

    @Override
    @PreDestroy
    public void close() {
        thread.interrupt();
    }
}
