package io.carillon.wire;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

/// How one message lies in a transport's stream: what stands before and after it.
///
/// Implemented by transports, called by a wire's encoders around the payload, on any lane's thread.
/// Implementations are immutable and shared by all connections of their kind.
public interface Framing {
    /// Writes, or leaves room for, what stands before the payload.
    ///
    /// @param out a new, empty buffer
    /// @param kind the message's kind: `events`, `ephemeral`, `subscribed`, `reset`, `ended`,
    ///     `ping`, `drain`, `connected`, `error` or `reply`
    /// @param cursor where a client stands who has received the message, or null
    void begin(ByteBuf out, String kind, @Nullable String cursor);

    /// Completes the frame: the readable bytes of `out` are what is sent.
    ///
    /// @param out what [#begin] was called with, and the payload
    void end(ByteBuf out);
}
