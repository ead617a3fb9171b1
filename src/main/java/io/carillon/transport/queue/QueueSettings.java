package io.carillon.transport.queue;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// What `/ws` goes by.
///
/// @param tokenLife how long a token may live, from its `iat` to its `exp`, to be taken in the
///     address (`?token=`); longer ones come in the first message or as a ticket; 0s to 1d
/// @param pictureGap how long after one snapshot of a queue the next is sent at the earliest; 0ms
///     to 10s
/// @param pictureAge how old a snapshot may be that screens share when nothing was heard of since;
///     100ms to 1m
@ConfigurationProperties("carillon.queue")
public record QueueSettings(
        @Bindable(defaultValue = "15m") Duration tokenLife,
        @Bindable(defaultValue = "100ms") Duration pictureGap,
        @Bindable(defaultValue = "5s") Duration pictureAge) {
    public QueueSettings {
        within("carillon.queue.token-life", tokenLife, Duration.ZERO, Duration.ofDays(1));
        within("carillon.queue.picture-gap", pictureGap, Duration.ZERO, Duration.ofSeconds(10));
        within(
                "carillon.queue.picture-age",
                pictureAge,
                Duration.ofMillis(100),
                Duration.ofMinutes(1));
    }
}
