package io.carillon.transport.websocket;

import io.netty.channel.ChannelHandler;

/// Another protocol that takes its requests out of the HTTP pipeline before Micronaut sees them. A
/// bean; [Doorway] asks it for a handler for each new HTTP channel. Safe for all threads.
public interface Neighbour {
    /// @return the handler's name in the pipeline
    String name();

    /// @return a handler for one channel; it passes on what is not its own
    ChannelHandler handler();
}
