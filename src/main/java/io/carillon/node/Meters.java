package io.carillon.node;

import io.carillon.connection.OpenConnections;
import io.carillon.hub.Hub;
import io.carillon.log.Broadcasts;
import io.carillon.tail.Tail;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;

/// What Prometheus reads about the way of an event. Names end in their unit; all are read from
/// figures that the rooms keep anyway, so that counting costs the way nothing.
@Context
final class Meters {
    Meters(
            MeterRegistry registry,
            Hub hub,
            Tail tail,
            OpenConnections connections,
            Broadcasts broadcasts) {
        Gauge.builder("carillon.connections", connections, OpenConnections::count)
                .description("open connections on this node, all transports")
                .register(registry);
        Gauge.builder("carillon.ring.bytes", hub, it -> it.ring().weight())
                .description("recent events in memory, roughly")
                .register(registry);
        for (var state : Tail.State.values()) {
            Gauge.builder("carillon.tail.state", tail, it -> it.state() == state ? 1 : 0)
                    .tag("state", state.name().toLowerCase(java.util.Locale.ROOT))
                    .description("1 for what the tail does now")
                    .register(registry);
        }
        FunctionCounter.builder("carillon.tail.events", tail, Tail::eventsRead)
                .description("durable events read from the log")
                .register(registry);
        FunctionCounter.builder("carillon.tail.reconnects", tail, Tail::reconnects)
                .description("times the tail lost Postgres")
                .register(registry);
        FunctionCounter.builder("carillon.hub.deliveries", hub, Hub::deliveries)
                .description("frames handed to connections")
                .register(registry);
        FunctionCounter.builder("carillon.broadcasts.dropped", broadcasts, Broadcasts::dropped)
                .description("ephemeral events that were not written")
                .register(registry);
    }
}
