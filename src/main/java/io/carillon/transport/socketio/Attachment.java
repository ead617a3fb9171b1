package io.carillon.transport.socketio;

import io.carillon.wire.socketio.Packet;

/// The server's end of one client in one namespace. Everything on the session's loop; must not
/// block.
public interface Attachment {
    /// @return the namespace
    String namespace();

    /// @param event what the client emitted
    void event(Packet.Event event);

    /// A sign of life of the client.
    void heard();

    /// More can be written again.
    void drained();

    /// The client has left the namespace, or is gone; nothing can be sent any more. Called once.
    void left();
}
