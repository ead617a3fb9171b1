package io.carillon.sight;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;
import java.util.List;

/// How closely a node looks at itself.
///
/// @param round how often latencies, log lines and spans are made of what has happened; 50 ms to
///     1 min
/// @param census how often connections and channels are counted by tenant; 1 s to 5 min
/// @param tenants tenants that always have metrics of their own, at most 200
/// @param topTenants of the other tenants, so many with the most deliveries have metrics of their
///     own; the rest are counted together as `other`; 0 to 200
@ConfigurationProperties("carillon.sight")
public record SightSettings(
        @Bindable(defaultValue = "500ms") Duration round,
        @Bindable(defaultValue = "10s") Duration census,
        @Bindable(defaultValue = "") List<String> tenants,
        @Bindable(defaultValue = "10") int topTenants) {

    public SightSettings {
        tenants = tenants.stream().map(String::strip).filter(one -> !one.isEmpty()).toList();
        within("carillon.sight.round", round, Duration.ofMillis(50), Duration.ofMinutes(1));
        within("carillon.sight.census", census, Duration.ofSeconds(1), Duration.ofMinutes(5));
        within("carillon.sight.tenants", tenants.size(), 0, 200);
        within("carillon.sight.top-tenants", topTenants, 0, 200);
    }
}
