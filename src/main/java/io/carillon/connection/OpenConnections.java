package io.carillon.connection;

import io.carillon.hub.Hub;
import io.carillon.hub.Lane;
import io.carillon.hub.Subscriber;

import jakarta.inject.Singleton;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// All connections of this node, whatever their transport: how many, and how they are sent away.
///
/// Keeps no list: the lanes know who sits on them. Asked by transports before they let somebody in,
/// called by the node when it goes: [#announce], then [#drainAll]. Safe for all threads.
@Singleton
public final class OpenConnections {
    /// How long after its own reconnect time a client is closed that has not gone by itself.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final long LOOK_MILLIS = 50;

    private final Hub hub;
    private volatile boolean leaving;
    private volatile boolean draining;

    public OpenConnections(Hub hub) {
        this.hub = hub;
    }

    /// @return whether new connections are welcome: the hub knows where the log stands and the
    ///     node does not drain
    public boolean welcome() {
        return !draining && hub.started();
    }

    /// @return whether a balancer shall send somebody here: as [#welcome], and the node has not
    ///     said that it is about to go
    public boolean ready() {
        return welcome() && !leaving;
    }

    /// @return whether everybody is being sent away; who only wants an answer still gets one, a
    ///     quick one
    public boolean draining() {
        return draining;
    }

    /// @return open connections, roughly: lanes are asked from outside their loops
    public int count() {
        return hub.lanes().stream().mapToInt(Lane::size).sum();
    }

    /// Says that the node will go: it is not [#ready] any more, and serves as before.
    public void announce() {
        leaving = true;
    }

    /// Lets nobody in any more, and sends everybody away: each client is told when to connect
    /// again, spread evenly at random, and closed ([Disconnect#DRAIN]) a second after that time.
    /// Polls get their answer at that time, as if their wait were over.
    ///
    /// Blocks until all are gone, at most `spread` and three seconds, or until it is interrupted.
    ///
    /// @param spread over which time the clients come back; 0 for at once
    /// @return how many connections were sent away
    public int drainAll(Duration spread) {
        leaving = true;
        draining = true;
        if (!hub.started()) {
            return 0;
        }
        var lanes = hub.lanes();
        var told = new AtomicInteger();
        var gone = new CountDownLatch(lanes.size());
        for (var lane : lanes) {
            lane.loop()
                    .execute(() -> {
                        told.addAndGet(drain(lane, spread));
                        var end = System.nanoTime() + spread.plus(GRACE).toNanos();
                        awaitEmpty(lane, end, gone);
                    });
        }
        try {
            var unused =
                    gone.await(spread.plus(GRACE).plusSeconds(2).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        return told.get();
    }

    /// Calls an action with every connection of this node, each on its lane's thread.
    ///
    /// Blocks until all lanes have done so, or until the patience ends: a lane that is that late
    /// does it when it comes to it. Not to be called on an event loop.
    ///
    /// @param patience how long to wait
    /// @param action must not block
    /// @return whether all lanes have done so
    public boolean each(Duration patience, Consumer<Connection> action)
            throws InterruptedException {
        var lanes = hub.lanes();
        var done = new CountDownLatch(lanes.size());
        for (var lane : lanes) {
            lane.loop()
                    .execute(() -> {
                        try {
                            for (var subscriber : lane.subscribers()) {
                                if (subscriber instanceof Connection connection) {
                                    action.accept(connection);
                                }
                            }
                        } finally {
                            done.countDown();
                        }
                    });
        }
        return done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static int drain(Lane lane, Duration spread) {
        var told = 0;
        for (var subscriber : lane.subscribers()) {
            if (subscriber instanceof Connection connection) {
                told++;
                var wait = ThreadLocalRandom.current().nextLong(spread.toMillis() + 1);
                if (connection.brief()) {
                    // Comes back as soon as it is answered, so the answer is what is spread.
                    later(lane, wait, () -> connection.drain(0));
                } else {
                    connection.drain(wait);
                    later(lane, wait + GRACE.toMillis(), () -> connection.close(Disconnect.DRAIN));
                }
            }
        }
        return told;
    }

    /// Whoever is still there at the end, or slipped in while the door was closing, is closed.
    private static void awaitEmpty(Lane lane, long end, CountDownLatch gone) {
        if (lane.size() > 0 && System.nanoTime() - end >= 0) {
            closeAll(lane.subscribers());
        }
        if (lane.size() == 0) {
            gone.countDown();
        } else {
            later(lane, LOOK_MILLIS, () -> awaitEmpty(lane, end, gone));
        }
    }

    private static void later(Lane lane, long millis, Runnable action) {
        var unused = lane.loop().schedule(action, millis, TimeUnit.MILLISECONDS);
    }

    private static void closeAll(List<Subscriber> left) {
        for (var subscriber : left) {
            if (subscriber instanceof Connection connection) {
                connection.close(Disconnect.DRAIN);
            }
        }
    }
}
