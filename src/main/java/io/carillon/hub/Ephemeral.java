package io.carillon.hub;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The ephemeral events that wait for their turn on one lane.
///
/// The tail offers, the lane takes some in each turn, so that durable batches come in between
/// whatever the flood. Bounded: what is offered beyond [#MOST] events is dropped and counted.
final class Ephemeral {
    /// Events that may wait on one lane.
    static final int MOST = 2_000;

    /// Frames after which a turn ends.
    static final int FRAMES_PER_TURN = 1_000;

    private final Queue<List<Run>> offered = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Run> taken = new ArrayDeque<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /// @return whether this is of the product's own types, which clients do not get
    static boolean own(Event event) {
        return event.type().startsWith("carillon.");
    }

    /// @param events in order
    /// @return runs without cursors, each of one channel, so that each subscriber gets one message
    static List<Run> runs(List<Event> events) {
        var byChannel = new LinkedHashMap<ChannelKey, List<Event>>();
        var runs = new ArrayList<Run>();
        for (var event : events) {
            var run = byChannel.computeIfAbsent(event.key(), ignored -> new ArrayList<>());
            run.add(event);
            if (run.size() == Run.MAX_EVENTS) {
                runs.add(Run.ephemeral(event.key(), List.copyOf(run)));
                run.clear();
            }
        }
        byChannel.forEach((key, run) -> {
            if (!run.isEmpty()) {
                runs.add(Run.ephemeral(key, List.copyOf(run)));
            }
        });
        return runs;
    }

    /// Any thread.
    ///
    /// @return whether the lane is to be called
    boolean offer(List<Run> runs) {
        var events = runs.stream().mapToInt(run -> run.events().size()).sum();
        if (waiting.addAndGet(events) > MOST + events) {
            waiting.addAndGet(-events);
            dropped.addAndGet(events);
            return false;
        }
        offered.add(runs);
        return scheduled.compareAndSet(false, true);
    }

    /// A turn of the lane begins.
    void begin() {
        scheduled.set(false);
        for (var runs = offered.poll(); runs != null; runs = offered.poll()) {
            taken.addAll(runs);
        }
    }

    /// @return the next run, or null
    @org.jspecify.annotations.Nullable
    Run next() {
        var run = taken.poll();
        if (run != null) {
            waiting.addAndGet(-run.events().size());
        }
        return run;
    }

    /// @return whether the lane is to be called again, because something is left
    boolean again() {
        return !taken.isEmpty() && scheduled.compareAndSet(false, true);
    }

    long dropped() {
        return dropped.get();
    }
}
