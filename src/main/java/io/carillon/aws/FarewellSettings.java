package io.carillon.aws;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// Going in time when the balancer takes the node out.
///
/// @param targetGroup ARN of the load balancer's target group that this node is in; default empty:
///     the node waits for SIGTERM
/// @param every how often the node looks at its own state there, 2 s to 1 min; default 10 s
@ConfigurationProperties("carillon.aws.farewell")
public record FarewellSettings(
        @Bindable(defaultValue = "") String targetGroup,
        @Bindable(defaultValue = "10s") Duration every) {

    public FarewellSettings {
        within("carillon.aws.farewell.every", every, Duration.ofSeconds(2), Duration.ofMinutes(1));
    }
}
