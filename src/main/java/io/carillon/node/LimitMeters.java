package io.carillon.node;

import io.carillon.limit.LimitKind;
import io.carillon.limit.Limits;
import io.carillon.sight.Census;
import io.micronaut.context.annotation.Context;

import java.util.HashSet;
import java.util.Set;

/// How often limits stood against something, by limit and class of tenants. Classes appear with
/// their first refusal, at the next census; [Limits] bounds how many there are.
@Context
final class LimitMeters {
    private static final String DEFAULT = "default";

    private final Registrar metrics;
    private final Limits limits;
    private final Set<Limits.Refusals> known = new HashSet<>();

    LimitMeters(Registrar metrics, Limits limits, Census census) {
        this.metrics = metrics;
        this.limits = limits;
        for (var kind : LimitKind.values()) {
            register(new Limits.Refusals(kind, DEFAULT));
        }
        census.whenCounted(ignored -> limits.refused().keySet().forEach(this::register));
    }

    private void register(Limits.Refusals what) {
        if (known.add(what)) {
            metrics.counter(
                    Metric.LIMITS_HIT,
                    limits,
                    it -> it.refused().getOrDefault(what, 0L),
                    what.kind().word(),
                    what.tenants());
        }
    }
}
