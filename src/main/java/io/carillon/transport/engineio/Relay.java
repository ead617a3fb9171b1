package io.carillon.transport.engineio;

import io.carillon.identity.NodeId;
import io.netty.buffer.ByteBuf;

/// The way to polling sessions of other nodes, where no balancer sees to it that polls land where
/// their session is. Any thread; never blocks.
@FunctionalInterface
public interface Relay {
    /// There are no other nodes.
    Relay NONE =
            (owner, request, body, exchange) -> {
                body.release();
                Polling.refuse(exchange, EngineError.SESSION);
            };

    /// A poll or a post for another node's session.
    ///
    /// @param sid the session
    /// @param kind what the client wants
    record Request(String sid, Kind kind) {}

    /// What a request is.
    enum Kind {
        POLL,
        POST
    }

    /// Asks the owner and answers with what it says; when it cannot be reached, with the protocol's
    /// refusal.
    ///
    /// @param owner the node that made the session's id
    /// @param request what the client wants
    /// @param body what it sent; released here
    /// @param exchange the way to the answer
    void relay(NodeId owner, Request request, ByteBuf body, Exchange exchange);
}
