package io.carillon.hub;

import io.carillon.channel.Event;
import io.netty.util.concurrent.EventExecutor;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Takes batches from the tail and wakes the lanes that spread them.
///
/// [#start], [#publish] and [#broadcast] are called by one thread at a time, the tail's;
/// [#lane] by any. Nothing blocks. Bounded by the ring's capacity; lanes hold no events of their
/// own.
public final class Hub {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

    private final long capacity;
    private final List<Observer> observers = new CopyOnWriteArrayList<>();
    private final Map<EventExecutor, Lane> lanes = new ConcurrentHashMap<>();
    private final Map<String, Audience> audiences = new ConcurrentHashMap<>();
    private final Trail trail = new Trail();
    private volatile @Nullable Ring ring;
    private volatile Runnable waiting = () -> {};
    private volatile long untold;
    private volatile Conflation conflation = Conflation.NONE;

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
        observed(observer -> observer.restarted(first));
    }

    /// Registers for good. Whoever keeps state registers first and reads its tables then: what
    /// commits in between comes both ways, and nothing is missed.
    ///
    /// @param observer is told of everything that is published from now on, on the tail's thread
    public void observe(Observer observer) {
        observers.add(observer);
    }

    private void observed(Consumer<Observer> news) {
        for (var observer : observers) {
            try {
                news.accept(observer);
            } catch (RuntimeException fault) {
                LOG.error("an observer of the hub failed", fault);
            }
        }
    }

    /// @param action called on a lane's thread when somebody waits for what the tail has not
    ///     published yet; must not block
    public void whenWaiting(Runnable action) {
        waiting = action;
    }

    /// @param rules which channels are conflated from now on
    public void conflate(Conflation rules) {
        conflation = rules;
    }

    /// @return which channels are conflated
    public Conflation conflation() {
        return conflation;
    }

    /// Asked for when the product starts, before anybody is connected: who sits already is not
    /// seen.
    ///
    /// @param channel a channel's name, the same in every tenant
    /// @return who follows it on this node, from now on
    public Audience audience(String channel) {
        return audiences.computeIfAbsent(channel, _ -> new Audience());
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
        var now = System.nanoTime();
        trail.seen(ring().append(batch), batch, now);
        wakeLanes();
        observed(observer -> observer.published(batch));
    }

    /// Says that the log was looked at, also when nothing new was there.
    ///
    /// @param nanos when the look began ([System#nanoTime])
    public void heard(long nanos) {
        ring().heard(nanos);
    }

    /// @return how long ago everything visible was here; a node that hears nothing of the log for
    ///     longer than it sleeps does not know what it misses
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - ring().heardAt());
    }

    /// Spreads ephemeral events, those of one channel together. The product's own types go to
    /// observers only.
    ///
    /// @param events ephemeral ones, in order
    public void broadcast(List<Event> events) {
        var told = Ephemeral.runs(events.stream().filter(event -> !Ephemeral.own(event)).toList());
        if (!told.isEmpty()) {
            lanes.values().forEach(lane -> lane.offer(told));
        }
        observed(observer -> observer.told(events));
    }

    /// Ephemeral events were left out: there were too many, or the tail was away for a moment.
    ///
    /// @param count how many, as far as is known
    public void untold(long count) {
        untold = untold + count;
        observed(Observer::untold);
    }

    /// @return ephemeral events that this node left out since the start because there were too many
    public long ephemeralDropped() {
        return untold + lanes.values().stream().mapToLong(Lane::ephemeralDropped).sum();
    }

    /// @param loop the event loop of a connection
    /// @return its lane, the same always
    public Lane lane(EventExecutor loop) {
        return lanes.computeIfAbsent(loop, this::open);
    }

    private Lane open(EventExecutor loop) {
        var lane = new Lane(loop, ring(), () -> waiting.run(), this::conflation, audiences);
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

    /// @return when the tail had seen the recent batches
    public Trail trail() {
        return trail;
    }

    /// @return how often a lane was so late that the ring had moved past it, since the start
    public long jumps() {
        return lanes.values().stream().mapToLong(Lane::jumps).sum();
    }

    /// @return frames handed to connections since the start
    public long deliveries() {
        return lanes.values().stream().mapToLong(Lane::deliveries).sum();
    }

    private void wakeLanes() {
        lanes.values().forEach(Lane::wake);
    }
}
