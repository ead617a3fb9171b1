package io.carillon.transport.socketio;

import io.carillon.wire.socketio.Packet;
import io.carillon.wire.socketio.Wish;

/// What waits for the answer to a command of a [ChannelAttachment]. Immutable.
sealed interface Asked {
    /// @param event the client's event
    /// @param wish what it asks for
    record ByClient(Packet.Event event, Wish wish) implements Asked {}

    /// A change that could not be kept is undone.
    ///
    /// @param event of the client that asked for it
    record Undo(Packet.Event event) implements Asked {}

    /// The tenant's presence is followed; where that is not shown, it is not.
    record Audience() implements Asked {}
}
