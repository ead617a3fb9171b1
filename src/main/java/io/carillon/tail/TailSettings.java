package io.carillon.tail;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// When the tail looks, and how much it takes.
///
/// @param sleep how long it waits for the bell at most before it looks by itself; 10 ms to 10 s
/// @param blindSleep the same where the bell may stay silent: two-phase commit is possible; 1 ms to
///     1 s
/// @param poll how often it looks while awake; grows with the number of nodes; 1 ms to 1 s
/// @param promise for how long it promises writers to be awake; 500 ms to 1 min
/// @param busyBells bells per second from which it looks whether writers queue for NOTIFY's lock; 1
///     to 100,000
/// @param page events that one look takes at once; more are read through a portal; 100 to 100,000
/// @param bulk events of one channel in one transaction from which subscribers are told to read
///     again; 10 to 100,000
/// @param batch events in one batch from which live connections recover from the log instead; 1,000
///     to 1,000,000
/// @param ephemeralRate ephemeral events per second that the node takes; of more, the newest, and
///     the rest is left out and counted; 100 to 1,000,000
/// @param preload events of the log that are brought into memory at start; 0 to 1,000,000
@ConfigurationProperties("carillon.tail")
public record TailSettings(
        @Bindable(defaultValue = "1s") Duration sleep,
        @Bindable(defaultValue = "50ms") Duration blindSleep,
        @Bindable(defaultValue = "2ms") Duration poll,
        @Bindable(defaultValue = "2s") Duration promise,
        @Bindable(defaultValue = "100") int busyBells,
        @Bindable(defaultValue = "2000") int page,
        @Bindable(defaultValue = "1000") int bulk,
        @Bindable(defaultValue = "50000") int batch,
        @Bindable(defaultValue = "5000") int ephemeralRate,
        @Bindable(defaultValue = "10000") int preload) {

    public TailSettings {
        within("carillon.tail.sleep", sleep, Duration.ofMillis(10), Duration.ofSeconds(10));
        within(
                "carillon.tail.blind-sleep",
                blindSleep,
                Duration.ofMillis(1),
                Duration.ofSeconds(1));
        within("carillon.tail.poll", poll, Duration.ofMillis(1), Duration.ofSeconds(1));
        within("carillon.tail.promise", promise, Duration.ofMillis(500), Duration.ofMinutes(1));
        within("carillon.tail.busy-bells", busyBells, 1, 100_000);
        within("carillon.tail.page", page, 100, 100_000);
        within("carillon.tail.bulk", bulk, 10, 100_000);
        within("carillon.tail.batch", batch, 1_000, 1_000_000);
        within("carillon.tail.ephemeral-rate", ephemeralRate, 100, 1_000_000);
        within("carillon.tail.preload", preload, 0, 1_000_000);
    }
}
