package io.carillon.connection;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Limits and deadlines of one connection.
///
/// @param connectTimeout how long a connection may stay without a token; 1 s to 1 min
/// @param pingInterval how often the server gives a sign of life with a fresh cursor; 1 s to 5 min
/// @param idleTimeout how long nothing may be heard from a client before it counts as gone; 1 s to
///     10 min
/// @param stallTimeout how long a client that is owed events may read nothing before it is closed;
///     1 s to 10 min
/// @param maxSubscriptions channels per connection; 1 to 10,000
/// @param maxWaiting commands that may wait behind a slow one; 1 to 10,000
/// @param commandRate commands per second that a connection may send for long; 1 to 10,000
/// @param commandBurst commands that it may send at once; 1 to 10,000
/// @param maxGap events that a recovery delivers; a longer gap is answered with a reset; 1 to
///     1,000,000
/// @param page events that one read of the log brings into memory for one connection; 1 to 10,000
/// @param reads reads of the log for recoveries at the same time on this node; 1 to 64
/// @param aheadTimeout how long a cursor that is newer than the node may wait for the node; 100 ms
///     to 1 min
/// @param maxAge how old a connection may become, 20 % more or less at random, before its client is
///     told to connect again, so that nodes that were added get their share; 0 s for no limit, else
///     1 s to 7 d
/// @param maxPublish bytes of an ephemeral event's data; 1 to 8,192
@ConfigurationProperties("carillon.connection")
public record Settings(
        @Bindable(defaultValue = "10s") Duration connectTimeout,
        @Bindable(defaultValue = "25s") Duration pingInterval,
        @Bindable(defaultValue = "60s") Duration idleTimeout,
        @Bindable(defaultValue = "30s") Duration stallTimeout,
        @Bindable(defaultValue = "200") int maxSubscriptions,
        @Bindable(defaultValue = "64") int maxWaiting,
        @Bindable(defaultValue = "50") int commandRate,
        @Bindable(defaultValue = "200") int commandBurst,
        @Bindable(defaultValue = "10000") int maxGap,
        @Bindable(defaultValue = "1000") int page,
        @Bindable(defaultValue = "4") int reads,
        @Bindable(defaultValue = "5s") Duration aheadTimeout,
        @Bindable(defaultValue = "90m") Duration maxAge,
        @Bindable(defaultValue = "8192") int maxPublish) {

    public Settings {
        within(
                "carillon.connection.connect-timeout",
                connectTimeout,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1));
        within(
                "carillon.connection.ping-interval",
                pingInterval,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5));
        within(
                "carillon.connection.idle-timeout",
                idleTimeout,
                Duration.ofSeconds(1),
                Duration.ofMinutes(10));
        within(
                "carillon.connection.stall-timeout",
                stallTimeout,
                Duration.ofSeconds(1),
                Duration.ofMinutes(10));
        within("carillon.connection.max-subscriptions", maxSubscriptions, 1, 10_000);
        within("carillon.connection.max-waiting", maxWaiting, 1, 10_000);
        within("carillon.connection.command-rate", commandRate, 1, 10_000);
        within("carillon.connection.command-burst", commandBurst, 1, 10_000);
        within("carillon.connection.max-gap", maxGap, 1, 1_000_000);
        within("carillon.connection.page", page, 1, 10_000);
        within("carillon.connection.reads", reads, 1, 64);
        within(
                "carillon.connection.ahead-timeout",
                aheadTimeout,
                Duration.ofMillis(100),
                Duration.ofMinutes(1));
        if (!maxAge.isZero()) {
            within(
                    "carillon.connection.max-age",
                    maxAge,
                    Duration.ofSeconds(1),
                    Duration.ofDays(7));
        }
        within("carillon.connection.max-publish", maxPublish, 1, 8_192);
    }

    /// @return whether connections are ended for their age
    boolean ages() {
        return !maxAge.isZero();
    }

    /// @return nanoseconds that one connection may live: 80 to 120 % of the age, at random, so that
    ///     those who came together do not come back together
    long ageOfOne() {
        return (long) (maxAge.toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
    }
}
