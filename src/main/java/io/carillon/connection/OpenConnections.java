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
/// called by the node when it stops. Safe for all threads.
@Singleton
public final class OpenConnections {
    /// How long after its own reconnect time a client is closed that has not gone by itself.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Hub hub;
    private volatile boolean draining;

    public OpenConnections(Hub hub) {
        this.hub = hub;
    }

    /// @return whether new connections are welcome: the hub knows where the log stands and the node
    ///     is not on its way out
    public boolean welcome() {
        return !draining && hub.started();
    }

    /// @return open connections, roughly: lanes are asked from outside their loops
    public int count() {
        return hub.lanes().stream().mapToInt(Lane::size).sum();
    }

    /// Lets nobody in any more, and sends everybody away: each client is told when to connect
    /// again, spread evenly at random, and closed ([Disconnect#DRAIN]) a second after that time.
    ///
    /// Blocks until all are closed, at most `spread` and three seconds, or until it is interrupted.
    ///
    /// @param spread over which time the clients come back; 0 for at once
    /// @return how many connections were sent away
    public int drainAll(Duration spread) {
        draining = true;
        if (!hub.started()) {
            return 0;
        }
        var lanes = hub.lanes();
        var told = new AtomicInteger();
        var gone = new CountDownLatch(lanes.size());
        for (var lane : lanes) {
            lane.loop().execute(() -> drain(lane, spread, told, gone));
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
    public void each(Duration patience, Consumer<Connection> action) {
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
        try {
            var unused = done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drain(Lane lane, Duration spread, AtomicInteger told, CountDownLatch gone) {
        for (var subscriber : lane.subscribers()) {
            if (subscriber instanceof Connection connection) {
                told.incrementAndGet();
                var wait = ThreadLocalRandom.current().nextLong(spread.toMillis() + 1);
                connection.drain(wait);
                var unused =
                        lane.loop()
                                .schedule(
                                        () -> connection.close(Disconnect.DRAIN),
                                        wait + GRACE.toMillis(),
                                        TimeUnit.MILLISECONDS);
            }
        }
        var unused =
                lane.loop()
                        .schedule(
                                () -> {
                                    closeAll(lane.subscribers());
                                    gone.countDown();
                                },
                                spread.plus(GRACE).toMillis() + 100,
                                TimeUnit.MILLISECONDS);
    }

    /// Whoever slipped in while the door was closing.
    private static void closeAll(List<Subscriber> left) {
        for (var subscriber : left) {
            if (subscriber instanceof Connection connection) {
                connection.close(Disconnect.DRAIN);
            }
        }
    }
}
