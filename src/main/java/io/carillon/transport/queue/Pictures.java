package io.carillon.transport.queue;

import io.carillon.channel.Event;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.hub.Observer;
import io.carillon.transport.websocket.WebSocketFraming;
import io.carillon.wire.queue.QueueMessages;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// The queues of tenants as this node knows them: read once for all who look, and again when the
/// log says that something changed.
///
/// Observes the hub. A tenant's snapshot is dropped when an event of its queue comes by; where
/// somebody is connected it is read again and pushed, at most once in
/// `carillon.queue.picture-gap`, so a burst of changes is one read and one message, and the last
/// change is always followed by a read that has seen it. A snapshot carries its own cursor: whoever
/// follows from it misses nothing, however old it is; nobody gets one older than
/// `carillon.queue.picture-age`.
///
/// Bounds: [#TENANTS] tenants are remembered; beyond it those whom nobody follows here are
/// forgotten. While Postgres is away pushes wait and are tried again. Safe for all threads; [#of]
/// blocks.
@Singleton
public final class Pictures implements Observer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);
    private static final int TENANTS = 10_000;
    private static final long AGAIN_MILLIS = 500;
    private static final long FAREWELL_SECONDS = 3;

    private final FrontDesk desk;
    private final QueueSettings settings;
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Wall> walls = new ConcurrentHashMap<>();
    private final AtomicLong read = new AtomicLong();
    private volatile boolean closing;
    private final QueueMessages messages = new QueueMessages(new WebSocketFraming());

    /// Somebody who is shown every new picture.
    interface Viewer {
        /// @param showing the newest; any thread
        void show(Showing showing);
    }

    public Pictures(FrontDesk desk, QueueSettings settings, Hub hub) {
        this.desk = desk;
        this.settings = settings;
        hub.observe(this);
    }

    /// A picture, and how it goes to sockets once somebody looks.
    private static final class Hung {
        final Picture picture;
        final long number;
        final long change;
        final long readAt;
        private @Nullable Showing showing;

        Hung(Picture picture, long number, long change, long readAt) {
            this.picture = picture;
            this.number = number;
            this.change = change;
            this.readAt = readAt;
        }

        synchronized Showing showing(QueueMessages messages) {
            var made = showing == null ? new Showing(picture, number, messages) : showing;
            showing = made;
            return made;
        }
    }

    /// One tenant's.
    private static final class Wall {
        final AtomicLong changes = new AtomicLong();
        final ReentrantLock reading = new ReentrantLock();
        final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
        final AtomicBoolean pushing = new AtomicBoolean();
        volatile @Nullable Hung hung;
        volatile long pushed;
    }

    /// @return snapshots that were read since the start
    public long read() {
        return read.get();
    }

    /// @param tenant whose queue
    /// @return a snapshot as old as the last change that this node has heard of, or newer
    public Picture of(String tenant) {
        return hang(tenant, wall(tenant)).picture;
    }

    /// As [#of], for sockets.
    Showing showing(String tenant) {
        return hang(tenant, wall(tenant)).showing(messages);
    }

    private Wall wall(String tenant) {
        if (walls.size() >= TENANTS) {
            walls.values().removeIf(wall -> wall.viewers.isEmpty());
        }
        return walls.computeIfAbsent(tenant, _ -> new Wall());
    }

    private Hung hang(String tenant, Wall wall) {
        var known = fresh(wall);
        if (known != null) {
            return known;
        }
        wall.reading.lock();
        try {
            known = fresh(wall);
            if (known != null) {
                return known;
            }
            var change = wall.changes.get();
            var began = System.nanoTime();
            var picture = desk.picture(tenant);
            var hung = new Hung(picture, read.incrementAndGet(), change, began);
            wall.hung = hung;
            return hung;
        } finally {
            wall.reading.unlock();
        }
    }

    private @Nullable Hung fresh(Wall wall) {
        var known = wall.hung;
        return known != null
                        && known.change == wall.changes.get()
                        && System.nanoTime() - known.readAt < settings.pictureAge().toNanos()
                ? known
                : null;
    }

    /// @param tenant whose queue
    /// @param viewer is shown every new picture from now on
    void follow(String tenant, Viewer viewer) {
        walls.compute(
                tenant,
                (_, wall) -> {
                    var there = wall == null ? new Wall() : wall;
                    there.viewers.add(viewer);
                    return there;
                });
    }

    void leave(String tenant, Viewer viewer) {
        var wall = walls.get(tenant);
        if (wall != null) {
            wall.viewers.remove(viewer);
        }
    }

    @Override
    public void published(Batch batch) {
        for (var event : batch.events()) {
            if (event.channel().equals(FrontDesk.CHANNEL)
                    || event.channel().equals(FrontDesk.DESK_CHANNEL)) {
                if (event.tenant().equals(Event.ALL_TENANTS)) {
                    changedAll();
                } else {
                    changed(event.tenant(), walls.get(event.tenant()));
                }
            }
        }
    }

    @Override
    public void restarted(Batch first) {
        changedAll();
    }

    private void changedAll() {
        walls.forEach(this::changed);
    }

    private void changed(String tenant, @Nullable Wall wall) {
        if (wall != null) {
            wall.changes.incrementAndGet();
            if (!closing && !wall.viewers.isEmpty() && wall.pushing.compareAndSet(false, true)) {
                readers.execute(() -> push(tenant, wall));
            }
        }
    }

    private void push(String tenant, Wall wall) {
        try {
            while (!closing) {
                var rest = settings.pictureGap().toNanos() - (System.nanoTime() - wall.pushed);
                TimeUnit.NANOSECONDS.sleep(rest);
                if (!shown(tenant, wall)) {
                    TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
                    continue;
                }
                wall.pushing.set(false);
                var hung = wall.hung;
                var over =
                        wall.viewers.isEmpty()
                                || (hung != null && hung.change == wall.changes.get());
                if (over || !wall.pushing.compareAndSet(false, true)) {
                    return;
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false when it is worth trying again
    private boolean shown(String tenant, Wall wall) {
        try {
            var showing = hang(tenant, wall).showing(messages);
            wall.pushed = System.nanoTime();
            wall.viewers.forEach(viewer -> viewer.show(showing));
            return true;
        } catch (RuntimeException failed) {
            LOG.warn("a queue could not be read and will be tried again: {}", failed.getMessage());
            return wall.viewers.isEmpty();
        }
    }

    /// Not by interrupts at first: one that meets a statement under way breaks its connection.
    @Override
    @PreDestroy
    public void close() {
        closing = true;
        readers.shutdown();
        try {
            if (!readers.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                readers.shutdownNow();
            }
        } catch (InterruptedException hurried) {
            readers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
