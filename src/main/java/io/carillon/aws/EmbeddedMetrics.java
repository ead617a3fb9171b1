package io.carillon.aws;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;

import jakarta.annotation.PreDestroy;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Clock;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Tells CloudWatch the few figures that scaling and alarms go by: one line of JSON on standard
/// output every minute, in its embedded metric format, which the log agent turns into metrics. No
/// call, no permission, and the figures arrive wherever the log does.
///
/// The figures are read from the meters that room `node` registers; a meter that does not exist is
/// left out. Each node tells its own, all under one value of the dimension `Service`, so that an
/// average is per node. Its own virtual thread.
@Context
@Requires(property = "carillon.aws.metrics.namespace", pattern = ".+")
final class EmbeddedMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedMetrics.class);

    private final MetricsSettings settings;
    private final MeterRegistry meters;
    private final Own own;
    private final JsonMapper json;
    private final Clock clock;
    private final Map<CloudMetric, Double> before = new EnumMap<>(CloudMetric.class);
    private final Thread teller;

    /// What this room counts itself.
    record Own(SecretRotation secrets, Optional<Archive> archive, Optional<Ingress> ingress) {}

    EmbeddedMetrics(
            MetricsSettings settings,
            MeterRegistry meters,
            SecretRotation secrets,
            Optional<Archive> archive,
            Optional<Ingress> ingress,
            JsonMapper json) {
        this.settings = settings;
        this.meters = meters;
        this.own = new Own(secrets, archive, ingress);
        this.json = json;
        this.clock = Clock.systemUTC();
        this.teller = Rounds.start("carillon-metrics", settings.every(), this::tell);
    }

    private void tell() {
        try {
            System.out.println(line());
        } catch (IOException failed) {
            LOG.warn("metrics cannot be written: {}", failed.getMessage());
        }
    }

    /// @return one line: the metadata that CloudWatch reads, the dimension, the figures
    String line() throws IOException {
        var figures = figures();
        var described =
                figures.keySet().stream()
                        .map(metric -> Map.of("Name", metric.text(), "Unit", metric.unit()))
                        .toList();
        var directive =
                Map.of(
                        "Namespace",
                        settings.namespace(),
                        "Dimensions",
                        List.of(List.of("Service")),
                        "Metrics",
                        described);
        var fields = new LinkedHashMap<String, Object>();
        fields.put(
                "_aws",
                Map.of("Timestamp", clock.millis(), "CloudWatchMetrics", List.of(directive)));
        fields.put("Service", settings.service());
        figures.forEach((metric, value) -> fields.put(metric.text(), value));
        return new String(json.writeValueAsBytes(fields), java.nio.charset.StandardCharsets.UTF_8);
    }

    private synchronized Map<CloudMetric, Double> figures() {
        var figures = new EnumMap<CloudMetric, Double>(CloudMetric.class);
        for (var metric : CloudMetric.values()) {
            read(metric)
                    .ifPresent(now -> {
                        var last = before.put(metric, now);
                        figures.put(metric, metric.grows() ? now - (last == null ? 0 : last) : now);
                    });
        }
        return figures;
    }

    private OptionalDouble read(CloudMetric metric) {
        return switch (metric) {
            case OPEN_CONNECTIONS,
                    TAIL_DOWN,
                    LISTEN_SILENT,
                    NOTIFICATION_QUEUE,
                    EVENTS_READ,
                    DELIVERIES ->
                    meter(metric);
            case SECRETS_STALE -> OptionalDouble.of(own.secrets().stale() ? 1 : 0);
            case ARCHIVE_FAILING ->
                    of(own.archive().map(it -> it.failing() ? 1d : 0d).orElse(null));
            case INGRESS_EVENTS -> of(own.ingress().map(it -> (double) it.taken()).orElse(null));
            case INGRESS_REFUSED -> of(own.ingress().map(it -> (double) it.refused()).orElse(null));
        };
    }

    private static OptionalDouble of(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /// The sum over all meters of that name and label: a gauge may be split by transport.
    private OptionalDouble meter(CloudMetric metric) {
        var sum = 0d;
        var found = false;
        for (var meter : meters.find(metric.meter()).meters()) {
            var state = meter.getId().getTag("state");
            if (metric.state() != null && !metric.state().equals(state)) {
                continue;
            }
            var value =
                    switch (meter) {
                        case Gauge gauge -> gauge.value();
                        case FunctionCounter counter -> counter.count();
                        default -> Double.NaN;
                    };
            if (!Double.isNaN(value)) {
                sum += value;
                found = true;
            }
        }
        return found ? OptionalDouble.of(sum) : OptionalDouble.empty();
    }

    @Override
    @PreDestroy
    public void close() {
        Rounds.stop(teller);
    }
}
