package io.carillon.module;

import io.carillon.configuration.Setting;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// What all domain modules go by.
///
/// @param round how often a node looks for what time has decided (approvals that expire, agents
///     that went silent); 20ms to 1m
/// @param keysKept how long an `Idempotency-Key` is remembered; 1m to 30d
/// @param writesPerSecond how many writing requests per second a user may send to one node in the
///     long run; 1 to 100000
/// @param writesAtOnce how many of them at once, after a pause; 1 to 100000
@ConfigurationProperties("carillon.module")
public record ModuleSettings(
        @Bindable(defaultValue = "1s") Duration round,
        @Bindable(defaultValue = "1d") Duration keysKept,
        @Bindable(defaultValue = "50") int writesPerSecond,
        @Bindable(defaultValue = "200") int writesAtOnce) {
    public ModuleSettings {
        Setting.within(
                "carillon.module.round", round, Duration.ofMillis(20), Duration.ofMinutes(1));
        Setting.within(
                "carillon.module.keys-kept", keysKept, Duration.ofMinutes(1), Duration.ofDays(30));
        Setting.within("carillon.module.writes-per-second", writesPerSecond, 1, 100_000);
        Setting.within("carillon.module.writes-at-once", writesAtOnce, 1, 100_000);
    }
}
