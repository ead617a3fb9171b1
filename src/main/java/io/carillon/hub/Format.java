package io.carillon.hub;

import io.netty.buffer.ByteBuf;

/// Turns a run into bytes that are ready for the transport's channel.
///
/// There is one instance per wire and transport, shared by all its connections: a lane encodes a
/// run once for each format and all subscribers of that format share the buffer. Called on any
/// lane's thread, so an implementation is immutable. Never blocks.
public interface Format {
    /// @param run what to encode
    /// @return a new buffer, owned by the caller, with a reader index that others may not move: use
    ///     duplicates
    ByteBuf encode(Run run);
}
