package io.carillon.aws;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// Metrics for scaling and alarms, written to standard output in CloudWatch's embedded format.
///
/// @param namespace CloudWatch namespace; default empty: nothing is written
/// @param service value of the dimension `Service`, by which scaling and alarms find them
/// @param every how often a line is written, 10 s to 5 min; default 1 min
@ConfigurationProperties("carillon.aws.metrics")
public record MetricsSettings(
        @Bindable(defaultValue = "") String namespace,
        @Bindable(defaultValue = "carillon") String service,
        @Bindable(defaultValue = "1m") Duration every) {

    public MetricsSettings {
        within("carillon.aws.metrics.every", every, Duration.ofSeconds(10), Duration.ofMinutes(5));
    }
}
