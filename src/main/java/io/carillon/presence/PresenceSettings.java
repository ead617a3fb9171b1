package io.carillon.presence;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// How long somebody who went counts as there, and how much is told.
///
/// @param grace how long a user stays present after the last connection went, so that a reload is
///     no leave; 0 s to 5 min
/// @param pollGrace the same after a poll: longer than the pause between two polls; 0 s to 10 min
/// @param names members of a channel up to which they are told by name; with more, only how many;
///     0 to 2,000
/// @param gather how long changes of a channel are gathered before they are told; 10 ms to 5 s
/// @param countEvery how often the members of a large channel are counted at most; 100 ms to 1 min
/// @param reconcile how often followed channels are read again although nothing was heard; 1 s to 5
///     min
/// @param settle how long after Postgres lost its unlogged tables nodes may take to write theirs
///     again, before followers get a fresh list; 1 s to 1 min
/// @param stateRate changes of its state that a connection may make per minute for long; 1 to 600
/// @param stateBurst changes that it may make at once; 1 to 100
@ConfigurationProperties("carillon.presence")
public record PresenceSettings(
        @Bindable(defaultValue = "5s") Duration grace,
        @Bindable(defaultValue = "35s") Duration pollGrace,
        @Bindable(defaultValue = "200") int names,
        @Bindable(defaultValue = "100ms") Duration gather,
        @Bindable(defaultValue = "1s") Duration countEvery,
        @Bindable(defaultValue = "15s") Duration reconcile,
        @Bindable(defaultValue = "8s") Duration settle,
        @Bindable(defaultValue = "30") int stateRate,
        @Bindable(defaultValue = "10") int stateBurst) {

    public PresenceSettings {
        within("carillon.presence.grace", grace, Duration.ZERO, Duration.ofMinutes(5));
        within("carillon.presence.poll-grace", pollGrace, Duration.ZERO, Duration.ofMinutes(10));
        within("carillon.presence.names", names, 0, 2_000);
        within("carillon.presence.gather", gather, Duration.ofMillis(10), Duration.ofSeconds(5));
        within(
                "carillon.presence.count-every",
                countEvery,
                Duration.ofMillis(100),
                Duration.ofMinutes(1));
        within(
                "carillon.presence.reconcile",
                reconcile,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5));
        within("carillon.presence.settle", settle, Duration.ofSeconds(1), Duration.ofMinutes(1));
        within("carillon.presence.state-rate", stateRate, 1, 600);
        within("carillon.presence.state-burst", stateBurst, 1, 100);
    }
}
