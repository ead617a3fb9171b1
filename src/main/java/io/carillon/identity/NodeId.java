package io.carillon.identity;

import java.util.UUID;

/// One run of one node. A restarted process is a new node: its promises and leases start afresh.
///
/// @param value a random uuid
public record NodeId(String value) {
    /// @return an id that no other node has or had
    public static NodeId random() {
        return new NodeId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
