package io.carillon.hub;

import io.carillon.channel.Event;
import io.netty.util.concurrent.EventExecutor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Takes batches from the tail and wakes the lanes that spread them.
///
/// [#start], [#publish] and [#broadcast] are called by one thread at a time, the tail's;
/// [#lane] by any. Nothing blocks. Bounded by the ring's capacity; lanes hold no events of their
/// own.
public final class Hub {
    private final long capacity;
    private final Map<EventExecutor, Lane> lanes = new ConcurrentHashMap<>();
    private volatile @Nullable Ring ring;
    private volatile Runnable waiting = () -> {};

    /// @param capacity bytes of recent events that are kept in memory
    public Hub(long capacity) {
        this.capacity = capacity;
    }

    /// Begins, or begins again: whoever is attached recovers from the log, or is reset when the log
    /// is another one.
    ///
    /// @param first what is in memory from the start; told to nobody by itself
    public void start(Batch first) {
        var existing = ring;
        if (existing == null) {
            ring = new Ring(capacity, first);
        } else {
            existing.restart(first);
            wakeLanes();
        }
    }

    /// @param action called on a lane's thread when somebody waits for what the tail has not
    ///     published yet; must not block
    public void whenWaiting(Runnable action) {
        waiting = action;
    }

    /// @return whether there is a log to follow; without it no lane can be had
    public boolean started() {
        return ring != null;
    }

    /// @return the recent batches
    public Ring ring() {
        var started = ring;
        if (started == null) {
            throw new IllegalStateException("the hub has not been started");
        }
        return started;
    }

    /// @param batch follows the one before without a gap
    public void publish(Batch batch) {
        ring().append(batch);
        wakeLanes();
    }

    /// @param events ephemeral ones, in order
    public void broadcast(List<Event> events) {
        var runs = new ArrayList<Run>();
        for (var event : events) {
            runs.add(Run.ephemeral(event.key(), List.of(event)));
        }
        lanes.values().forEach(lane -> lane.loop().execute(() -> lane.broadcast(runs)));
    }

    /// @param loop the event loop of a connection
    /// @return its lane, the same always
    public Lane lane(EventExecutor loop) {
        return lanes.computeIfAbsent(loop, this::open);
    }

    private Lane open(EventExecutor loop) {
        var lane = new Lane(loop, ring(), () -> waiting.run());
        // Spread over the second, so that the lanes' ticks do not coincide.
        var delay = 1_000 + (lanes.size() * 137) % 1_000;
        var unused =
                loop.scheduleWithFixedDelay(
                        () -> lane.tick(System.nanoTime()), delay, 1_000, TimeUnit.MILLISECONDS);
        lane.wake();
        return lane;
    }

    /// @return the lanes in use
    public List<Lane> lanes() {
        return List.copyOf(lanes.values());
    }

    /// @return frames handed to connections since the start
    public long deliveries() {
        return lanes.values().stream().mapToLong(Lane::deliveries).sum();
    }

    private void wakeLanes() {
        lanes.values().forEach(Lane::wake);
    }
}
