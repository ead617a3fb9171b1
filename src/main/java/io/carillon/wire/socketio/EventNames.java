package io.carillon.wire.socketio;

import io.carillon.channel.Event;
import io.carillon.wire.EventMembers;

import java.util.List;

/// Under which names and in which shapes an event appears to Socket.IO clients.
///
/// There is one instance for each way of naming; all clients that are spoken to in the same way
/// share it, and with it the frames. Called on any lane's thread for each event and lane, so an
/// implementation is immutable and quick. Never blocks.
@FunctionalInterface
public interface EventNames {
    /// The name is the event's type; the one argument is its [Envelope].
    EventNames PLAIN = event -> List.of(new Emission(event.type(), List.of(Envelope.of(event))));

    /// The name is the event's type; the one argument is its payload, and nothing is said of the
    /// rest.
    EventNames DATA =
            event ->
                    List.of(
                            new Emission(
                                    event.type(),
                                    List.of(
                                            event.data() == null
                                                    ? "null"
                                                    : EventMembers.oneLine(event.data()))));

    /// @param event a durable or an ephemeral one
    /// @return what the clients hear, mostly one; with several the client has the event when it has
    ///     the last
    List<Emission> emissions(Event event);
}
