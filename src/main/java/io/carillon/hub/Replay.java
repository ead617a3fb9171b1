package io.carillon.hub;

import io.carillon.channel.Event;
import io.carillon.channel.Place;
import io.carillon.channel.Position;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// The plan of a recovery: which batches bring somebody from a place to a position between two
/// batches.
///
/// There are at most two. Whoever stands inside a batch first gets the rest of that batch, for only
/// then can one [Place] describe what comes after; the second batch goes on from there to the
/// target, in the order of ids. Both keep the order of events about one row: a row's later event
/// has a later id and is visible no earlier.
///
/// Pure functions, without threads or state. The ring and the log answer through the same plan.
public final class Replay {
    private Replay() {}

    /// One leg of the way: what became visible between two positions, from an id on.
    ///
    /// @param from everything visible here is left out
    /// @param to everything visible here and not at `from` is told
    /// @param after events up to this id have been told already
    public record Leg(Position from, Position to, long after) {
        /// @param event an event of the log
        /// @return whether the leg tells it
        public boolean wants(Event event) {
            return event.id() > after && to.sees(event.xid()) && !from.sees(event.xid());
        }
    }

    /// @param place where somebody stands
    /// @param target where the way ends
    /// @return the legs in order: one from between two batches, two from inside one
    public static List<Leg> legs(Place place, Position target) {
        return place.whole()
                ? List.of(new Leg(place.from(), target, 0))
                : List.of(
                        new Leg(place.from(), place.to(), place.upTo()),
                        new Leg(place.to(), target, 0));
    }

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
        for (var leg : legs(place, target)) {
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

    /// @param base the channel that a reset of all tenants names
    /// @param channel a channel that somebody follows
    /// @return whether the reset concerns the channel: itself, or one narrowed from it, as
    ///     `orders:7` from `orders`
    public static boolean concerns(String base, String channel) {
        return channel.startsWith(base)
                && (channel.length() == base.length() || channel.charAt(base.length()) == ':');
    }
}
