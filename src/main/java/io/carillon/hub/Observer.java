package io.carillon.hub;

import io.carillon.channel.Event;

import java.util.List;

/// Whoever must know of every event on this node, not as a client does: control orders, presence,
/// the operations pages.
///
/// Registered with [Hub#observe]. Both methods are called on the tail's thread, one at a time, in
/// the order of the batches and after the lanes were woken: **they must not block**, not even on a
/// lock that somebody holds while it waits. Pick out what concerns you and hand it to a thread of
/// your own. What an observer throws is logged and hurts nobody else.
///
/// Promise: between two calls of [#restarted] every durable event is handed over once, in the order
/// of ids within a batch. Ephemeral events come at most once, to [#told].
public interface Observer {
    /// @param batch what became visible; may be without events
    void published(Batch batch);

    /// The hub began, or began again elsewhere in the log or in another log: events were left out.
    /// An observer that keeps state reads its tables again.
    ///
    /// @param first what is in memory from the start, the last events before it among them; not
    ///     handed to [#published]
    void restarted(Batch first);

    /// Ephemeral events, those of the product's own types among them, which no client gets.
    ///
    /// @param events in the order of their ids
    default void told(List<Event> events) {}

    /// There were more ephemeral events than are taken, or the tail lost Postgres for a moment:
    /// some were not told.
    default void untold() {}
}
