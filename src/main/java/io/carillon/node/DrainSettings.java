package io.carillon.node;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// How a node goes when it is told to (SIGTERM).
///
/// @param notice how long the node says that it is not ready and serves as before, until the
///     balancer hands it nobody new: longer than its checks take to fail, unless it is told
///     otherwise; 0 s to 2 min
/// @param spread over which time the clients come back to the other nodes; 0 s to 10 min
/// @param deadline after which everything that is still open is cut, all in all; 1 s to 15 min.
///     Give the process longer before it is killed
@ConfigurationProperties("carillon.drain")
record DrainSettings(
        @Bindable(defaultValue = "5s") Duration notice,
        @Bindable(defaultValue = "10s") Duration spread,
        @Bindable(defaultValue = "30s") Duration deadline) {

    DrainSettings {
        within("carillon.drain.notice", notice, Duration.ZERO, Duration.ofMinutes(2));
        within("carillon.drain.spread", spread, Duration.ZERO, Duration.ofMinutes(10));
        within("carillon.drain.deadline", deadline, Duration.ofSeconds(1), Duration.ofMinutes(15));
    }
}
