package io.carillon.transport.engineio;

import io.netty.buffer.ByteBuf;

/// One HTTP request to a session and the way to its answer: straight from a client, or from another
/// node that asks for one. Any thread.
public interface Exchange {
    /// Answers, once.
    ///
    /// @param status of HTTP
    /// @param type the media type
    /// @param body released by the exchange
    void answer(int status, String type, ByteBuf body);

    /// @return the most bytes that an answer's body may have; a poll leaves the rest for the next
    default int most() {
        return Integer.MAX_VALUE;
    }

    /// @param action called when the asker has gone before it was answered; on any thread
    void whenGone(Runnable action);
}
