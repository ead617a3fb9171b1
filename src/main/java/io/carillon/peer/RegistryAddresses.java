package io.carillon.peer;

import io.carillon.identity.NodeId;
import io.carillon.registry.LiveNode;
import io.carillon.registry.Nodes;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/// The addresses with which nodes keep their lease. As fresh as this node's last heartbeat.
@Singleton
final class RegistryAddresses implements Addresses {
    private final Nodes nodes;

    RegistryAddresses(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public @Nullable String of(NodeId node) {
        for (LiveNode live : nodes.live()) {
            if (live.id().equals(node)) {
                return live.address();
            }
        }
        return null;
    }
}
