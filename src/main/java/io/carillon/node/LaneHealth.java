package io.carillon.node;

import io.carillon.hub.Hub;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Liveness;

import jakarta.inject.Singleton;

import org.reactivestreams.Publisher;

import reactor.core.publisher.Mono;

import java.time.Duration;
import java.util.Map;

/// Whether the process is worth keeping: its event loops turn. What restarts a node asks this, and
/// nothing else: a node without Postgres is alive, it waits, and a restart would only make its
/// clients come back to the same.
@Singleton
@Liveness
final class LaneHealth implements HealthIndicator {
    /// Lanes tick once a second.
    private static final Duration STUCK = Duration.ofSeconds(30);

    private final Hub hub;

    LaneHealth(Hub hub) {
        this.hub = hub;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        var stuck =
                hub.lanes().stream().filter(lane -> lane.sinceTick().compareTo(STUCK) > 0).count();
        return Mono.just(
                HealthResult.builder("lanes", stuck == 0 ? HealthStatus.UP : HealthStatus.DOWN)
                        .details(Map.of("lanes", hub.lanes().size(), "stuck", stuck))
                        .build());
    }
}
