package io.carillon.hub;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Gathers the events of conflated channels on one lane: the first is told at once, then, while
/// events come, the latest of each key once per window.
///
/// What it tells carries no position, so a cursor may claim events that still wait here; whoever
/// comes back is told what the window before its cursor held once more ([Ring#before]). Confined to
/// the lane's thread. Bound: [#KEYS] keys of a channel wait at most, then they are told before the
/// window ends.
final class Conflator {
    private static final int KEYS = 1_000;

    private final Lane lane;
    private final Supplier<Conflation> rules;
    private final Consumer<List<Run>> teller;
    private final Map<Slot, Map<String, Event>> open = new HashMap<>();

    private record Slot(ChannelKey key, Run.Kind kind) {}

    Conflator(Lane lane, Supplier<Conflation> rules, Consumer<List<Run>> teller) {
        this.lane = lane;
        this.rules = rules;
        this.teller = teller;
    }

    /// @param run of a channel that somebody on this lane follows
    /// @return whether the channel is conflated; then the run is taken care of
    boolean takes(Run run) {
        var conflation = rules.get();
        var millis = conflation.windowMillis(run.key().channel());
        if (millis == 0) {
            return false;
        }
        var kind = run.kind() == Run.Kind.EPHEMERAL ? run.kind() : Run.Kind.CONFLATED;
        var slot = new Slot(run.key(), kind);
        var waiting = open.get(slot);
        if (waiting == null) {
            open.put(slot, new LinkedHashMap<>());
            later(slot, millis);
            teller.accept(runs(slot.key, kind, latest(run.events(), conflation)));
            return true;
        }
        gather(waiting, run.events(), conflation);
        if (waiting.size() > KEYS) {
            tell(slot, waiting);
        }
        return true;
    }

    private static void gather(
            Map<String, Event> waiting, List<Event> events, Conflation conflation) {
        for (var event : events) {
            var key = conflation.key(event);
            // To the end: what is told is in the order of ids.
            waiting.remove(key);
            waiting.put(key, event);
        }
    }

    /// @param events in the order of ids
    /// @param conflation what their keys are
    /// @return the latest of each key, in the order of ids
    private static List<Event> latest(List<Event> events, Conflation conflation) {
        var latest = new LinkedHashMap<String, Event>();
        gather(latest, events, conflation);
        return List.copyOf(latest.values());
    }

    /// @param key the channel
    /// @param kind how they are told
    /// @param events of one channel
    /// @return the same as messages of bounded size
    private static List<Run> runs(ChannelKey key, Run.Kind kind, List<Event> events) {
        var runs = new ArrayList<Run>(1);
        var some = new ArrayList<Event>();
        var weight = 0;
        for (var event : events) {
            if (some.size() >= Run.MAX_EVENTS
                    || !some.isEmpty() && weight + event.weight() > Run.MAX_WEIGHT) {
                runs.add(new Run(key, List.copyOf(some), null, null, kind));
                some.clear();
                weight = 0;
            }
            some.add(event);
            weight += event.weight();
        }
        if (!some.isEmpty()) {
            runs.add(new Run(key, List.copyOf(some), null, null, kind));
        }
        return runs;
    }

    private void later(Slot slot, long millis) {
        var unused = lane.loop().schedule(() -> windowEnds(slot), millis, TimeUnit.MILLISECONDS);
    }

    private void windowEnds(Slot slot) {
        var waiting = open.get(slot);
        var millis = rules.get().windowMillis(slot.key.channel());
        if (waiting == null || waiting.isEmpty()) {
            open.remove(slot);
        } else if (millis == 0) {
            open.remove(slot);
            tell(slot, waiting);
        } else {
            // First the next window: what cannot be told shall not end it.
            later(slot, millis);
            tell(slot, waiting);
        }
    }

    private void tell(Slot slot, Map<String, Event> waiting) {
        var runs = runs(slot.key, slot.kind, List.copyOf(waiting.values()));
        waiting.clear();
        teller.accept(runs);
    }

    /// @param key a channel
    /// @return its durable events that wait for the end of their window
    List<Run> waiting(ChannelKey key) {
        var waiting = open.get(new Slot(key, Run.Kind.CONFLATED));
        return waiting == null
                ? List.of()
                : runs(key, Run.Kind.CONFLATED, List.copyOf(waiting.values()));
    }

    /// What waits of a channel is of no use any more.
    ///
    /// @param key the channel
    void forget(ChannelKey key) {
        for (var kind : List.of(Run.Kind.CONFLATED, Run.Kind.EPHEMERAL)) {
            var waiting = open.get(new Slot(key, kind));
            if (waiting != null) {
                waiting.clear();
            }
        }
    }

    /// The lane jumps: what waits is from before.
    void tellAll() {
        List.copyOf(open.entrySet()).forEach(it -> tell(it.getKey(), it.getValue()));
    }
}
