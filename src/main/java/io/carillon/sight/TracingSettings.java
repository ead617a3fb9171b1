package io.carillon.sight;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import org.jspecify.annotations.Nullable;

/// Whether traces are exported, and where to.
///
/// @param endpoint of an OpenTelemetry collector, OTLP over HTTP, such as
///     `http://127.0.0.1:4318/v1/traces`; without it nothing is traced
/// @param sample of a thousand requests that bring no trace context, so many begin a trace of their
///     own; those that bring one are recorded if it says so; 0 to 1,000
@ConfigurationProperties("carillon.tracing")
public record TracingSettings(
        @Nullable String endpoint, @Bindable(defaultValue = "10") int sample) {

    public TracingSettings {
        endpoint = endpoint == null || endpoint.isBlank() ? null : endpoint;
        within("carillon.tracing.sample", sample, 0, 1_000);
    }
}
