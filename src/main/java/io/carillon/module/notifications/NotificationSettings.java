package io.carillon.module.notifications;

import io.carillon.configuration.Setting;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;
import java.util.List;

/// Who sends, and how long notifications are kept.
///
/// @param senders roles that may notify others, comma-separated; everybody may notify themselves
/// @param kept after this notifications and read marks are deleted; 1d to 3650d
@ConfigurationProperties("carillon.notifications")
public record NotificationSettings(
        @Bindable(defaultValue = "service,admin") List<String> senders,
        @Bindable(defaultValue = "90d") Duration kept) {
    public NotificationSettings {
        senders = List.copyOf(senders);
        Setting.within(
                "carillon.notifications.kept", kept, Duration.ofDays(1), Duration.ofDays(3_650));
    }
}
