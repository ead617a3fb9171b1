package io.carillon.channel;

/// A place inside a batch: everything visible at `from`, and of what became visible between `from`
/// and `to` the events with an id up to `upTo`.
///
/// Between two batches `from` and `to` are the same position. Torn batches, pages and slow
/// connections are all described by this one value. Immutable.
///
/// @param from the position before the batch
/// @param to the position after the batch
/// @param upTo the highest event id of the batch that has been seen; 0 for none
public record Place(Position from, Position to, long upTo) {

    /// @param position a position between two batches
    /// @return the place of whoever has seen exactly that
    public static Place at(Position position) {
        return new Place(position, position, 0);
    }

    /// @return whether this is a place between two batches
    public boolean whole() {
        return from.equals(to);
    }

    /// @param xid the event's transaction
    /// @param id the event's id
    /// @return whether whoever is here has seen the event
    public boolean sees(long xid, long id) {
        return from.sees(xid) || (id <= upTo && to.sees(xid));
    }

    /// Whether whoever is here has seen everything visible at `position`.
    ///
    /// The part of a batch that was seen is not counted, so the answer may be a careful no.
    ///
    /// @param position the position to compare with
    /// @return true only when nothing visible at `position` is unseen here
    public boolean covers(Position position) {
        return from.covers(position);
    }
}
