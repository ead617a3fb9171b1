package io.carillon.module.chat;

import io.carillon.configuration.Setting;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// How large a conversation grows and how long typing stands.
///
/// @param members how many a conversation has at most, since each message writes a row and an event
///     per member; 2 to 1000
/// @param typing how long somebody is shown as writing who does not say so again; said again within
///     half of it, it is not told again; 500ms to 1m
@ConfigurationProperties("carillon.chat")
public record ChatSettings(
        @Bindable(defaultValue = "200") int members,
        @Bindable(defaultValue = "5s") Duration typing) {
    public ChatSettings {
        Setting.within("carillon.chat.members", members, 2, 1_000);
        Setting.within(
                "carillon.chat.typing", typing, Duration.ofMillis(500), Duration.ofMinutes(1));
    }
}
