package io.carillon.sight;

import io.carillon.connection.OpenConnections;
import io.carillon.connection.Services;
import io.carillon.hub.Hub;
import io.carillon.identity.NodeId;
import io.carillon.tail.Tail;

import jakarta.inject.Singleton;

import java.util.Locale;

/// What this node says of itself. Reads counters only: does not block, safe for all threads. Other
/// nodes' figures are the same record, got by asking them.
@Singleton
public final class NodeSight {
    private final NodeId node;
    private final Hub hub;
    private final Tail tail;
    private final OpenConnections connections;
    private final Services services;

    public NodeSight(
            NodeId node, Hub hub, Tail tail, OpenConnections connections, Services services) {
        this.node = node;
        this.hub = hub;
        this.tail = tail;
        this.connections = connections;
        this.services = services;
    }

    /// @return this node's figures now
    public NodeFigures figures() {
        var counts = services.counts();
        return new NodeFigures(
                node.value(),
                connections.count(),
                hub.lanes().size(),
                tail.state().name().toLowerCase(Locale.ROOT),
                tail.sinceLook().toMillis(),
                tail.eventsRead(),
                hub.deliveries(),
                counts.recoveries(),
                counts.logReads(),
                hub.ring().weight(),
                tail.reconnects(),
                connections.welcome());
    }
}
