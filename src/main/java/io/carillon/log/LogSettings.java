package io.carillon.log;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// What clients may publish through this node.
///
/// @param ephemeralRate ephemeral events per second of one tenant that this node takes from its
///     clients, for long; twice as many at once; more are discarded and counted; 10 to 100,000
@ConfigurationProperties("carillon.log")
public record LogSettings(@Bindable(defaultValue = "1000") int ephemeralRate) {

    public LogSettings {
        within("carillon.log.ephemeral-rate", ephemeralRate, 10, 100_000);
    }
}
