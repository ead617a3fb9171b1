package io.carillon.transport.websocket;

import io.netty.buffer.ByteBuf;

/// What the messages of one WebSocket are for: a protocol above RFC 6455.
///
/// Called by [FrameHandler] on the channel's event loop; must not block. Its [Object#toString] is
/// what a fault's line in the log calls it.
public interface Conversation {
    /// The WebSocket is open; what is written waits for the end of the upgrade.
    ///
    /// @param socket the way back
    void opened(FrameHandler socket);

    /// @param message a whole text message, not checked to be UTF-8; lent for the call
    void text(ByteBuf message);

    /// @param message a whole binary message; lent for the call
    void binary(ByteBuf message);

    /// A sign of life besides messages: a ping, a pong, something was read.
    void heard();

    /// More can be written again.
    void drained();

    /// The WebSocket has ended, or is ending: nothing can be sent any more. May be called twice.
    void gone();

    /// A message was over the limit: the conversation ends with its own code.
    void tooLarge();
}
