package io.carillon.module.tickets;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// Sizes and times of the service queue.
///
/// @param pairingLife how long a pairing code is good; 1m to 1h
/// @param pairingsOpen codes of one tenant that may wait for an administrator at the same time; 1
///     to 1000
/// @param pairingsPerMinute how many codes one network address may ask one node for in a minute; 1
///     to 10000
/// @param pairingPage where an administrator approves a code, for the QR code that a screen shows;
///     `{code}` is replaced
/// @param takesPerMinute tickets that one screen, or all screens without a key together, may take
///     in a minute; 1 to 10000
/// @param tidy how often a node cancels what waits since before the tenant's midnight and deletes
///     what is old; 50ms to 1h
/// @param kept how long tickets that are over are kept, and screens that nobody has seen; 1d to
///     3650d
@ConfigurationProperties("carillon.tickets")
public record TicketSettings(
        @Bindable(defaultValue = "10m") Duration pairingLife,
        @Bindable(defaultValue = "20") int pairingsOpen,
        @Bindable(defaultValue = "30") int pairingsPerMinute,
        @Bindable(defaultValue = "/#/queue/pair?code={code}") String pairingPage,
        @Bindable(defaultValue = "20") int takesPerMinute,
        @Bindable(defaultValue = "1m") Duration tidy,
        @Bindable(defaultValue = "90d") Duration kept) {
    public TicketSettings {
        within(
                "carillon.tickets.pairing-life",
                pairingLife,
                Duration.ofMinutes(1),
                Duration.ofHours(1));
        within("carillon.tickets.pairings-open", pairingsOpen, 1, 1_000);
        within("carillon.tickets.pairings-per-minute", pairingsPerMinute, 1, 10_000);
        within("carillon.tickets.takes-per-minute", takesPerMinute, 1, 10_000);
        within("carillon.tickets.tidy", tidy, Duration.ofMillis(50), Duration.ofHours(1));
        within("carillon.tickets.kept", kept, Duration.ofDays(1), Duration.ofDays(3_650));
    }
}
