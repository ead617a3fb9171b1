package io.carillon.module.studio;

import io.carillon.configuration.Setting;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;
import java.util.List;

/// Who does what in studios, and how often it is told. What counts as silence and clipping is each
/// tenant's own, in `carillon_app.studio_setting`.
///
/// @param probes roles that may send samples, and report listeners and tracks, comma-separated
/// @param keepers roles that may make, edit and remove studios, their settings and sessions, and
///     report listeners and tracks, comma-separated
/// @param status between two statuses of a studio that somebody watches; 100ms to 1m
/// @param unacknowledged how many batches of one WebSocket may wait; whoever sends more is closed;
///     16 to 1000
/// @param eventsKept how long events of studios can be read by REST; 1h to 3650d
@ConfigurationProperties("carillon.studio")
public record StudioSettings(
        @Bindable(defaultValue = "probe,service") List<String> probes,
        @Bindable(defaultValue = "studio,admin") List<String> keepers,
        @Bindable(defaultValue = "5s") Duration status,
        @Bindable(defaultValue = "64") int unacknowledged,
        @Bindable(defaultValue = "30d") Duration eventsKept) {
    public StudioSettings {
        probes = List.copyOf(probes);
        keepers = List.copyOf(keepers);
        Setting.within(
                "carillon.studio.status", status, Duration.ofMillis(100), Duration.ofMinutes(1));
        Setting.within("carillon.studio.unacknowledged", unacknowledged, 16, 1_000);
        Setting.within(
                "carillon.studio.events-kept",
                eventsKept,
                Duration.ofHours(1),
                Duration.ofDays(3_650));
    }
}
