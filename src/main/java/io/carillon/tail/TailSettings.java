package io.carillon.tail;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

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
/// @param lease how long a node may stay silent before others remove it; 5 s to 5 min
/// @param page events that one look takes at once; more are read through a portal; 100 to 100,000
/// @param bulk events of one channel in one transaction from which subscribers are told to read
///     again; 10 to 100,000
/// @param batch events in one batch from which live connections recover from the log instead; 1,000
///     to 1,000,000
/// @param preload events of the log that are brought into memory at start; 0 to 1,000,000
@ConfigurationProperties("carillon.tail")
public record TailSettings(
        @Bindable(defaultValue = "1s") Duration sleep,
        @Bindable(defaultValue = "50ms") Duration blindSleep,
        @Bindable(defaultValue = "2ms") Duration poll,
        @Bindable(defaultValue = "2s") Duration promise,
        @Bindable(defaultValue = "100") @Min(1) @Max(100_000) int busyBells,
        @Bindable(defaultValue = "15s") Duration lease,
        @Bindable(defaultValue = "2000") @Min(100) @Max(100_000) int page,
        @Bindable(defaultValue = "1000") @Min(10) @Max(100_000) int bulk,
        @Bindable(defaultValue = "50000") @Min(1_000) @Max(1_000_000) int batch,
        @Bindable(defaultValue = "10000") @Min(0) @Max(1_000_000) int preload) {}
