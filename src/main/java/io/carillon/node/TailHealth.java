package io.carillon.node;

import io.carillon.connection.OpenConnections;
import io.carillon.hub.Hub;
import io.carillon.tail.Tail;
import io.carillon.tail.TailSettings;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;

import jakarta.inject.Singleton;

import org.reactivestreams.Publisher;

import reactor.core.publisher.Mono;

import java.time.Duration;
import java.util.Map;

/// Whether the node follows the log and lets clients in: what a load balancer asks.
///
/// Down while Postgres is away or silent (no look at the log has ended for longer than it sleeps),
/// and from the moment on that the node knows it will go. `POLLING`
/// means that LISTEN is swallowed on the way to Postgres; that is slower and costs queries, but
/// nothing is lost, so the node stays up and says so.
@Singleton
@Readiness
final class TailHealth implements HealthIndicator {
    private final Tail tail;
    private final Hub hub;
    private final OpenConnections connections;
    private final Duration longest;

    TailHealth(Tail tail, Hub hub, OpenConnections connections, TailSettings settings) {
        this.tail = tail;
        this.hub = hub;
        this.connections = connections;
        // A network that swallows everything breaks no connection: only the silence tells.
        this.longest = settings.sleep().multipliedBy(2).plusSeconds(3);
    }

    @Override
    public Publisher<HealthResult> getResult() {
        var state = tail.state();
        var up =
                state != Tail.State.CONNECTING
                        && connections.ready()
                        && hub.silence().compareTo(longest) < 0;
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
