package io.carillon.node;

import io.carillon.connection.OpenConnections;
import io.carillon.tail.Tail;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;

import jakarta.inject.Singleton;

import org.reactivestreams.Publisher;

import reactor.core.publisher.Mono;

import java.util.Map;

/// Whether the node follows the log and lets clients in: what a load balancer asks.
///
/// Down while Postgres is away, and from the moment on that the node knows it will go. `POLLING`
/// means that LISTEN is swallowed on the way to Postgres; that is slower and costs queries, but
/// nothing is lost, so the node stays up and says so.
@Singleton
@Readiness
final class TailHealth implements HealthIndicator {
    private final Tail tail;
    private final OpenConnections connections;

    TailHealth(Tail tail, OpenConnections connections) {
        this.tail = tail;
        this.connections = connections;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        var state = tail.state();
        var up = state != Tail.State.CONNECTING && connections.ready();
        var details =
                Map.of(
                        "tail",
                        state.name().toLowerCase(java.util.Locale.ROOT),
                        "listen",
                        state != Tail.State.POLLING,
                        "connections",
                        connections.count());
        return Mono.just(
                HealthResult.builder("events", up ? HealthStatus.UP : HealthStatus.DOWN)
                        .details(details)
                        .build());
    }
}
