package io.carillon.channel;

import java.util.List;

/// One leg of a recovery: what became visible between two positions, from an id on. Immutable.
///
/// @param from everything visible here is left out
/// @param to everything visible here and not at `from` is told
/// @param after events up to this id have been told already
public record Leg(Position from, Position to, long after) {

    /// The way from a place to a position between two batches.
    ///
    /// Whoever stands inside a batch first gets the rest of that batch, for only then can one
    /// [Place] describe what comes after. Told in the order of ids within each leg, events about
    /// one row keep their order: a row's later event has a later id and is visible no earlier.
    ///
    /// @param place where somebody stands
    /// @param target where the way ends
    /// @return one leg from between two batches, two from inside one
    public static List<Leg> way(Place place, Position target) {
        return place.whole()
                ? List.of(new Leg(place.from(), target, 0))
                : List.of(
                        new Leg(place.from(), place.to(), place.upTo()),
                        new Leg(place.to(), target, 0));
    }

    /// @param event an event of the log
    /// @return whether the leg tells it
    public boolean wants(Event event) {
        return event.id() > after && to.sees(event.xid()) && !from.sees(event.xid());
    }
}
