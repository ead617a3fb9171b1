package io.carillon.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import jakarta.inject.Singleton;

import java.time.Duration;
import java.util.function.ToDoubleFunction;

/// Registers [Metric]s under their names, with a value for each of their labels. Safe for all
/// threads.
@Singleton
final class Registrar {
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(3),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;

    Registrar(MeterRegistry registry) {
        this.registry = registry;
    }

    /// @param source kept for as long as the node runs
    /// @param labels the values of the metric's labels, in their order
    <T> void gauge(Metric metric, T source, ToDoubleFunction<T> value, String... labels) {
        Gauge.builder(metric.key(), source, value)
                .strongReference(true)
                .tags(tags(metric, labels))
                .description(metric.meaning())
                .register(registry);
    }

    /// @param source kept for as long as the node runs
    /// @param labels the values of the metric's labels, in their order
    <T> void counter(Metric metric, T source, ToDoubleFunction<T> value, String... labels) {
        FunctionCounter.builder(metric.key(), source, value)
                .tags(tags(metric, labels))
                .description(metric.meaning())
                .register(registry);
    }

    /// @return a histogram; recording is not for the way of an event
    Timer timer(Metric metric, String... labels) {
        return Timer.builder(metric.key())
                .tags(tags(metric, labels))
                .serviceLevelObjectives(BUCKETS)
                .description(metric.meaning())
                .register(registry);
    }

    /// @return gauges whose labels' values change from time to time
    MultiGauge many(Metric metric) {
        return MultiGauge.builder(metric.key()).description(metric.meaning()).register(registry);
    }

    /// @param labels the values of the metric's labels, in their order
    static Tags tags(Metric metric, String... labels) {
        if (labels.length != metric.labels().size()) {
            throw new IllegalArgumentException(metric + " has labels " + metric.labels());
        }
        var tags = Tags.empty();
        for (var index = 0; index < labels.length; index++) {
            tags = tags.and(metric.labels().get(index), labels[index]);
        }
        return tags;
    }
}
