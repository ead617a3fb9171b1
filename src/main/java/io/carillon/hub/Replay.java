package io.carillon.hub;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.Leg;
import io.carillon.channel.Place;
import io.carillon.channel.Position;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    public static List<Batch> batches(
            String epoch, Place place, Position target, List<Event> events) {
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
    public static List<Event> pick(List<Batch> batches, String tenant, Set<String> channels) {
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

    /// What is left of a conflated channel's events.
    ///
    /// @param key the channel
    /// @param events in the order of their ids
    /// @param conflation what their keys are
    /// @return the latest of each key, in the order of ids, in messages of bounded size
    public static List<Run> latest(ChannelKey key, List<Event> events, Conflation conflation) {
        return Conflator.runs(key, Run.Kind.CONFLATED, Conflator.latest(events, conflation));
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
