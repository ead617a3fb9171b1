package io.carillon.node;

import io.carillon.sight.Census;
import io.carillon.sight.Follower;
import io.carillon.sight.Latencies;
import io.carillon.sight.Origin;
import io.carillon.sight.Population;
import io.carillon.sight.SightSettings;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Timer;
import io.micronaut.context.annotation.Context;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// What room `sight` measures, as metrics: latencies, and figures by tenant.
///
/// The label `tenant` is bounded: tenants named in `carillon.sight.tenants`, the
/// `carillon.sight.top-tenants` with the most deliveries among the others, and `other` for the rest
/// together. They are gauges, since a counter that comes and goes with the ranking would be read
/// wrongly.
@Context
final class SightMeters implements Latencies {
    private static final String OTHER = "other";
    private static final List<String> TRANSPORTS =
            List.of("websocket", "socketio", "sse", "polling", "queue");

    private final Map<Origin, Timer> deliveries = new EnumMap<>(Origin.class);
    private final Map<Origin, Timer> lags = new EnumMap<>(Origin.class);
    private final SightSettings settings;
    private final MultiGauge connections;
    private final MultiGauge tenantConnections;
    private final MultiGauge tenantEvents;
    private final MultiGauge tenantDeliveries;

    /// One tenant, or all others together.
    private record Row(String tenant, Population.Tenant count) {}

    SightMeters(Registrar metrics, Follower follower, Census census, SightSettings settings) {
        this.settings = settings;
        for (var from : List.of(Origin.COMMIT, Origin.SEEN)) {
            deliveries.put(from, metrics.timer(Metric.DELIVERY_LATENCY, from.label()));
        }
        for (var from : List.of(Origin.COMMIT, Origin.WRITTEN)) {
            lags.put(from, metrics.timer(Metric.TAIL_LAG, from.label()));
        }
        connections = metrics.many(Metric.CONNECTIONS);
        tenantConnections = metrics.many(Metric.TENANT_CONNECTIONS);
        tenantEvents = metrics.many(Metric.TENANT_EVENTS);
        tenantDeliveries = metrics.many(Metric.TENANT_DELIVERIES);
        counted(Population.NOBODY);
        follower.measure(this);
        census.whenCounted(this::counted);
    }

    @Override
    public void delivered(Origin from, Duration time) {
        record(deliveries, from, time);
    }

    @Override
    public void seen(Origin from, Duration time) {
        record(lags, from, time);
    }

    private static void record(Map<Origin, Timer> timers, Origin from, Duration time) {
        var timer = timers.get(from);
        if (timer != null) {
            timer.record(time);
        }
    }

    private void counted(Population population) {
        var transports = new HashSet<>(TRANSPORTS);
        transports.addAll(population.transports().keySet());
        connections.register(
                transports.stream()
                        .<MultiGauge.Row<?>>map(name ->
                                MultiGauge.Row.of(
                                        Registrar.tags(Metric.CONNECTIONS, name),
                                        population.transports().getOrDefault(name, 0)))
                        .toList(),
                true);
        var rows = rows(population.tenants());
        show(tenantConnections, Metric.TENANT_CONNECTIONS, rows, it -> it.connections());
        show(tenantEvents, Metric.TENANT_EVENTS, rows, it -> it.events());
        show(tenantDeliveries, Metric.TENANT_DELIVERIES, rows, it -> it.deliveries());
    }

    private static void show(
            MultiGauge gauge,
            Metric metric,
            List<Row> rows,
            ToDoubleFunction<Population.Tenant> value) {
        gauge.register(
                rows.stream()
                        .<MultiGauge.Row<?>>map(row ->
                                MultiGauge.Row.of(
                                        Registrar.tags(metric, row.tenant),
                                        value.applyAsDouble(row.count)))
                        .toList(),
                true);
    }

    private List<Row> rows(Map<String, Population.Tenant> tenants) {
        var named = Set.copyOf(settings.tenants());
        var rows = new ArrayList<Row>();
        var none = new Population.Tenant(0, 0, 0, 0);
        named.forEach(name -> rows.add(new Row(name, tenants.getOrDefault(name, none))));
        var ranked =
                tenants.entrySet().stream()
                        .filter(entry -> !named.contains(entry.getKey()))
                        // One whose name is our word for the rest goes with the rest.
                        .sorted(
                                Comparator.<Map.Entry<String, Population.Tenant>>comparingDouble(
                                                entry -> -entry.getValue().deliveries())
                                        .thenComparing(entry -> -entry.getValue().connections())
                                        .thenComparing(Map.Entry::getKey))
                        .toList();
        var rest = none;
        var left = settings.topTenants();
        for (var entry : ranked) {
            if (left > 0 && !entry.getKey().equals(OTHER)) {
                left--;
                rows.add(new Row(entry.getKey(), entry.getValue()));
            } else {
                rest = rest.plus(entry.getValue());
            }
        }
        rows.add(new Row(OTHER, rest));
        return rows;
    }
}
