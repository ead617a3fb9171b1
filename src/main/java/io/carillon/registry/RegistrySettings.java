package io.carillon.registry;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// How long a silent node counts as alive, and how the registry writes.
///
/// @param lease how long a node may stay silent before others remove it and whoever was connected
///     to it; 1 s to 5 min
/// @param heartbeat how often a node says that it lives; at most a third of the lease; 100 ms to 1
///     min
/// @param gather how long changes are gathered before they are written; 0 s to 5 s
/// @param batch rows in one statement; 10 to 5,000
/// @param maxChanges changes that may wait to be written; beyond, they are forgotten and everything
///     that is there is written anew; 1,000 to 1,000,000
@ConfigurationProperties("carillon.registry")
public record RegistrySettings(
        @Bindable(defaultValue = "10s") Duration lease,
        @Bindable(defaultValue = "1s") Duration heartbeat,
        @Bindable(defaultValue = "100ms") Duration gather,
        @Bindable(defaultValue = "500") int batch,
        @Bindable(defaultValue = "100000") int maxChanges) {

    public RegistrySettings {
        within("carillon.registry.lease", lease, Duration.ofSeconds(1), Duration.ofMinutes(5));
        within(
                "carillon.registry.heartbeat",
                heartbeat,
                Duration.ofMillis(100),
                lease.dividedBy(3));
        within("carillon.registry.gather", gather, Duration.ZERO, Duration.ofSeconds(5));
        within("carillon.registry.batch", batch, 10, 5_000);
        within("carillon.registry.max-changes", maxChanges, 1_000, 1_000_000);
    }
}
