package io.carillon.demo;

import io.carillon.configuration.Setting;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// The demonstration, in development only. `carillon.demo.enabled` (`CARILLON_DEMO_ENABLED`)
/// switches all of it off.
///
/// @param traffic whether the made-up companies are busy from the start; else
///     `POST /api/demo/traffic` makes them so
/// @param beat between two things that somebody does; 50ms to 1m
/// @param people whether there is data for a first look in every module
@ConfigurationProperties("carillon.demo")
public record DemoSettings(
        @Bindable(defaultValue = "false") boolean traffic,
        @Bindable(defaultValue = "700ms") Duration beat,
        @Bindable(defaultValue = "true") boolean people) {
    public DemoSettings {
        Setting.within("carillon.demo.beat", beat, Duration.ofMillis(50), Duration.ofMinutes(1));
    }
}
