package io.carillon.tail;

import io.carillon.channel.Inspector;
import io.carillon.channel.Position;
import io.carillon.database.Database;
import io.carillon.database.Writer;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.identity.NodeId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Follows the event log and hands what becomes visible to the hub, on one thread of its own.
///
/// Promise: every committed event is published once, in batches that follow each other without a
/// gap; through lost connections, restarts of Postgres and lost bells. Another log (restore,
/// failover to another timeline, another database) starts the hub again, which resets every client.
///
/// When Postgres is away it tries again with backoff from 50 ms to 5 s and goes on from its
/// position.
public final class Tail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);
    private static final Duration ROLL_CALL = Duration.ofSeconds(1);
    private static final String POOLER =
            "point CARILLON_DATABASE_URL to Postgres itself, not to a transaction pooler";
    private static final long FIRST_BACKOFF = 50;
    private static final long LAST_BACKOFF = 5_000;

    private final Database database;
    private final Hub hub;
    private final NodeId node;
    private final TailSettings settings;
    private final Inspector inspector;
    private final Thread thread;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final AtomicBoolean kicked = new AtomicBoolean();
    private volatile boolean wanted;
    private volatile boolean running = true;
    private volatile State state = State.CONNECTING;
    private volatile long eventsRead;
    private volatile long reconnects;
    private volatile long looks;
    private volatile long bells;
    private volatile long lookedNanos = System.nanoTime();
    private @Nullable String epoch;
    private @Nullable Position position;

    /// What the tail does at the moment; for health and operations.
    public enum State {
        /// Postgres is away, or the start is not done.
        CONNECTING,
        /// Waits for the bell.
        ASLEEP,
        /// Looks by itself, because writers queue for the bell's lock or a promise has not run out.
        AWAKE,
        /// Looks by itself, because LISTEN does not work: is there a pooler in between?
        POLLING
    }

    /// @param inspector looks at every event before the hub gets it
    public Tail(
            Database database, Hub hub, NodeId node, TailSettings settings, Inspector inspector) {
        this.inspector = inspector;
        this.database = database;
        this.hub = hub;
        this.node = node;
        this.settings = settings;
        this.thread = Thread.ofPlatform().name("carillon-tail").daemon().unstarted(this::run);
    }

    /// Begins to follow.
    public void start() {
        hub.whenWaiting(this::kick);
        thread.start();
    }

    /// Somebody waits for what the tail has not seen: it looks at once. Any thread; does not block.
    private void kick() {
        wanted = true;
        if (state == State.ASLEEP && kicked.compareAndSet(false, true)) {
            Thread.ofVirtual().name("carillon-kick").start(this::ringOwnBell);
        }
    }

    private void ringOwnBell() {
        try {
            var unused =
                    database.write(
                            Writer.NODE,
                            connection -> {
                                var sql = "select pg_notify(?, '')";
                                try (var statement = connection.prepareStatement(sql)) {
                                    statement.setString(1, Doorbell.ownBell(node));
                                    return statement.execute();
                                }
                            });
        } catch (RuntimeException failed) {
            LOG.warn("the tail was not woken and will look by itself: {}", failed.getMessage());
        } finally {
            kicked.set(false);
        }
    }

    /// Waits until the log has been read for the first time.
    ///
    /// @param patience how long
    /// @return whether it has
    public boolean awaitReady(Duration patience) throws InterruptedException {
        return ready.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// @return durable events read since the start
    public long eventsRead() {
        return eventsRead;
    }

    /// @return how often the log was looked at since the start
    public long looks() {
        return looks;
    }

    /// @return how often the bell was heard since the start
    public long bells() {
        return bells;
    }

    /// @return how long ago the log was last looked at; the tail looks at least once in
    ///     `carillon.tail.sleep`
    public Duration sinceLook() {
        return Duration.ofNanos(System.nanoTime() - lookedNanos);
    }

    /// @return how often Postgres was lost since the start
    public long reconnects() {
        return reconnects;
    }

    /// @return what it does at the moment
    public State state() {
        return state;
    }

    @Override
    public void close() {
        running = false;
        kick();
        LockSupport.unpark(thread);
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var backoff = FIRST_BACKOFF;
        while (running) {
            try (var reading = database.open("tail");
                    var listening = database.open("doorbell")) {
                var watch = connect(reading, listening);
                backoff = FIRST_BACKOFF;
                watch.follow();
                watch.promise.leave();
            } catch (SQLException | RuntimeException failed) {
                state = State.CONNECTING;
                LOG.warn("the tail lost Postgres, trying again: {}", failed.getMessage());
                backoff = rest(backoff);
            } catch (Error fault) {
                // Memory may have run out in the middle of anything. A tail that died in silence
                // would leave a node that looks well and tells nobody anything: it reads again and
                // starts the hub anew, so that every client recovers from the log.
                state = State.CONNECTING;
                position = null;
                LOG.error("a fault in the tail, starting again", fault);
                backoff = rest(backoff);
            }
        }
    }

    private long rest(long backoff) {
        if (!running) {
            return backoff;
        }
        reconnects = reconnects + 1;
        var jitter = ThreadLocalRandom.current().nextLong(backoff / 2 + 1);
        LockSupport.parkNanos((backoff + jitter) * 1_000_000L);
        return Math.min(LAST_BACKOFF, backoff * 2);
    }

    private Watch connect(Connection reading, Connection listening) throws SQLException {
        var aside = TailReader.one(reading, "select carillon.adopt_log()");
        if (aside != null) {
            LOG.warn(aside);
        }
        var found = TailReader.one(reading, "select carillon.epoch()");
        var from = position;
        var startAgain = true;
        if (from == null || !found.equals(epoch)) {
            if (epoch != null && !found.equals(epoch)) {
                LOG.warn("the event log is another one now: all clients read again");
            }
            from = beginning(reading);
        } else if (!from.seesAllThrough(dropped(reading))) {
            LOG.warn("events were emptied from the log before this node had read them");
            from = beginning(reading);
        } else {
            startAgain = false;
        }
        var bell = new Doorbell(listening, node);
        var hears = bell.hears();
        if (!hears) {
            LOG.warn("LISTEN does not work on this connection, so the node polls; {}", POOLER);
        }
        return new Watch(reading, bell, hears, found, from, startAgain);
    }

    /// Some way back, so that clients who were here a moment ago find what they missed in memory.
    /// What runs now is not seen there, as it is not in these clients' cursors.
    private Position beginning(Connection reading) throws SQLException {
        var sql =
                """
                select greatest(
                    (select dropped_through from carillon.log_state),
                    (select xid from carillon.event order by xid desc offset ? limit 1))::text,
                  pg_current_snapshot()::text
                """;
        try (var statement = reading.prepareStatement(sql)) {
            statement.setInt(1, settings.preload());
            try (var rows = statement.executeQuery()) {
                rows.next();
                var running = Snapshot.parse(rows.getString(2)).running();
                return Position.trimmed(Long.parseLong(rows.getString(1)), running);
            }
        }
    }

    private static long dropped(Connection reading) throws SQLException {
        return Long.parseLong(
                TailReader.one(reading, "select dropped_through::text from carillon.log_state"));
    }

    /// One stay at Postgres, until a connection is lost.
    private final class Watch {
        private final Doorbell bell;
        private final TailReader reader;
        private final Promise promise;
        private final Vigilance vigilance;
        private final boolean blind;
        private final int sleepMillis;
        private final String log;
        private boolean startAgain;
        private long calledAt;
        private int nodes = 1;

        Watch(
                Connection reading,
                Doorbell bell,
                boolean hears,
                String log,
                Position from,
                boolean startAgain)
                throws SQLException {
            this.bell = bell;
            this.log = log;
            this.startAgain = startAgain;
            this.blind = !hears;
            this.reader = new TailReader(reading, settings, from, inspector);
            this.promise = new Promise(reading, node, settings);
            this.vigilance = new Vigilance(reading, settings);
            var prepared = TailReader.one(reading, "show max_prepared_transactions");
            this.sleepMillis =
                    (int)
                            (prepared.equals("0") ? settings.sleep() : settings.blindSleep())
                                    .toMillis();
            promise.register(hears);
        }

        void follow() throws SQLException {
            var rung = 0;
            // Ephemeral events of the time without a connection are gone.
            hub.untold(0);
            while (running) {
                var began = System.nanoTime();
                var look = reader.look();
                publish(look);
                hub.heard(began);
                ready.countDown();
                hear();
                var now = System.nanoTime();
                callRoll(now);
                looks = looks + 1;
                lookedNanos = now;
                var found = look.events() == null ? settings.batch() : look.events().size();
                eventsRead = eventsRead + found;
                if (blind || vigilance.judge(rung, found, now)) {
                    promise.keep(now);
                } else if (promise.holds()) {
                    promise.lapse(look.snapshot());
                }
                rung = pause();
                bells = bells + rung;
            }
        }

        /// @return how often the bell rang meanwhile
        private int pause() throws SQLException {
            if (blind || promise.holds()) {
                state = blind ? State.POLLING : State.AWAKE;
                LockSupport.parkNanos(settings.poll().toNanos() * ((nodes + 3) / 4));
                return bell.await(0);
            }
            state = State.ASLEEP;
            // Whoever wants a look says so first and reads the state then, so one of us sees the
            // other.
            if (wanted || !running) {
                wanted = false;
                return 0;
            }
            if (bell.testDue(System.nanoTime()) && !bell.hears()) {
                throw new SQLException("the bell is not heard any more");
            }
            var rung = bell.await(sleepMillis);
            wanted = false;
            return rung;
        }

        private void publish(TailReader.Look look) {
            epoch = log;
            position = look.after();
            if (look.events() == null) {
                LOG.info("more events at once than a batch holds: connections read the log");
                hub.start(new Batch(log, look.after(), look.after(), List.of()));
            } else if (startAgain) {
                hub.start(new Batch(log, look.before(), look.after(), look.events()));
            } else if (look.before() != look.after() || !look.events().isEmpty()) {
                hub.publish(new Batch(log, look.before(), look.after(), look.events()));
            }
            startAgain = false;
        }

        /// After what is durable, so that it is never in its way.
        private void hear() throws SQLException {
            var heard = reader.hear();
            if (heard.untold() > 0) {
                hub.untold(heard.untold());
            }
            if (!heard.events().isEmpty()) {
                hub.broadcast(heard.events());
            }
        }

        private void callRoll(long now) throws SQLException {
            if (now - calledAt > ROLL_CALL.toNanos()) {
                calledAt = now;
                if (!promise.registered()) {
                    LOG.warn("this node's row was gone; registering again");
                    promise.register(!blind);
                }
                nodes = promise.nodes();
            }
        }
    }
}
