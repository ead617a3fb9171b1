package io.carillon.hub;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.Leg;
import io.carillon.channel.Place;
import io.carillon.channel.Position;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A recovery from memory: picks the events that somebody is owed and makes batches of them.
///
/// Pure functions, without threads or state.
public final class Replay {
    private Replay() {}

    /// Makes the batches of a recovery from events that are in memory.
    ///
    /// @param epoch the log's epoch
    /// @param place where somebody stands
    /// @param target where the way ends
    /// @param events the candidates; those not wanted are left out
    /// @return the batches in order
    static List<Batch> batches(String epoch, Place place, Position target, List<Event> events) {
        var batches = new ArrayList<Batch>(2);
        for (var leg : Leg.way(place, target)) {
            var wanted =
                    events.stream()
                            .filter(leg::wants)
                            .sorted(Comparator.comparingLong(Event::id))
                            .toList();
            batches.add(new Batch(epoch, leg.from(), leg.to(), wanted));
        }
        return batches;
    }

    /// Picks the events of some channels out of batches.
    ///
    /// @param batches where to look
    /// @param tenant whose events
    /// @param channels of which channels
    /// @return the events, resets of all tenants that concern one of the channels among them
    static List<Event> pick(List<Batch> batches, String tenant, Set<String> channels) {
        var picked = new ArrayList<Event>();
        for (var batch : batches) {
            for (var run : batch.runs(tenant)) {
                if (channels.contains(run.key().channel())) {
                    picked.addAll(run.events());
                }
            }
            for (var run : batch.runs(Event.ALL_TENANTS)) {
                var base = run.key().channel();
                if (channels.stream().anyMatch(channel -> concerns(base, channel))) {
                    picked.addAll(run.events());
                }
            }
        }
        return picked;
    }

    /// Cuts runs into what is told whole or not at all, so that whoever is told some of it has a
    /// place: nothing of one slice lies between the ids of another.
    ///
    /// A run is a slice, unless it is of a conflated channel. Of these the latest event of each key
    /// is left, as many to a slice as a run may hold, and one run for each channel.
    ///
    /// @param runs of one tenant, in the order of their ids
    /// @param conflated the channels of which only the latest counts
    /// @param conflation what their keys are
    /// @return the slices in order, and in each the run with the least id first
    public static List<List<Run>> slices(
            List<Run> runs, Set<String> conflated, Conflation conflation) {
        if (conflated.isEmpty()) {
            return runs.stream().map(List::of).toList();
        }
        var latest = latest(runs, conflated, conflation);
        var slices = new ArrayList<List<Run>>();
        var slice = new Slice();
        for (var run : runs) {
            if (run.reset() || !conflated.contains(run.key().channel())) {
                slice.cut(slices);
                slices.add(List.of(run));
                continue;
            }
            for (var event : run.events()) {
                if (latest.contains(event.id())) {
                    slice.add(event, slices);
                }
            }
        }
        slice.cut(slices);
        return slices;
    }

    /// @return the ids of the latest events of each key
    private static Set<Long> latest(List<Run> runs, Set<String> conflated, Conflation conflation) {
        var latest = new HashMap<List<String>, Long>();
        for (var run : runs) {
            var channel = run.key().channel();
            if (!run.reset() && conflated.contains(channel)) {
                for (var event : run.events()) {
                    latest.put(List.of(channel, conflation.key(event)), event.id());
                }
            }
        }
        return new HashSet<>(latest.values());
    }

    /// Conflated events that are told together.
    private static final class Slice {
        private final Map<ChannelKey, List<Event>> events = new LinkedHashMap<>();
        private int count;
        private int weight;

        void add(Event event, List<List<Run>> slices) {
            if (count >= Run.MAX_EVENTS || weight + event.weight() > Run.MAX_WEIGHT) {
                cut(slices);
            }
            events.computeIfAbsent(event.key(), _ -> new ArrayList<>()).add(event);
            count++;
            weight += event.weight();
        }

        void cut(List<List<Run>> slices) {
            if (count > 0) {
                slices.add(
                        events.entrySet().stream()
                                .map(it -> Run.conflated(it.getKey(), List.copyOf(it.getValue())))
                                .toList());
                events.clear();
                count = 0;
                weight = 0;
            }
        }
    }

    /// @param base the channel that a reset of all tenants names
    /// @param channel a channel that somebody follows
    /// @return whether the reset concerns the channel: itself, or one narrowed from it, as
    ///     `orders:7` from `orders`
    public static boolean concerns(String base, String channel) {
        return channel.startsWith(base)
                && (channel.length() == base.length() || channel.charAt(base.length()) == ':');
    }
}
