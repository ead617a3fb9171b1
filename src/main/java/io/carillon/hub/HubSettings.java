package io.carillon.hub;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// What the hub keeps in memory.
///
/// @param ring bytes of recent events, from which recoveries are served without a query; 1 MiB to
///     16 GiB
@ConfigurationProperties("carillon.hub")
public record HubSettings(@Bindable(defaultValue = "67108864") long ring) {

    public HubSettings {
        within("carillon.hub.ring", ring, 1L << 20, 1L << 34);
    }
}
