package io.carillon.peer;

import io.carillon.identity.NodeId;

import org.jspecify.annotations.Nullable;

/// Where living nodes are reached. Safe for all threads; never blocks.
interface Addresses {
    /// @param node which
    /// @return host and port, or null when the node does not live, as far as is known here
    @Nullable String of(NodeId node);
}
