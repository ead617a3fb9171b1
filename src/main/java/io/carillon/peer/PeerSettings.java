package io.carillon.peer;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// How nodes ask each other.
///
/// @param secret what the nodes of one cluster share, at least 32 random bytes as text and no known
///     example; unset: a key that the first migration made, kept in the database that they share
///     anyway. Set one where a copy of the database may not speak for this cluster
/// @param connectTimeout how long another node may take to take a connection; 100 ms to 30 s
/// @param questions how many questions this node asks at the same time, more are refused as `busy`;
///     1 to 100,000
/// @param answers how many questions of others this node works on at the same time, more are
///     refused as `busy`; 1 to 100,000
/// @param clockSkew how far the clocks of two nodes may differ; questions that are older are
///     refused as `clock`; 1 s to 5 min
@ConfigurationProperties("carillon.peer")
public record PeerSettings(
        @Nullable String secret,
        @Bindable(defaultValue = "2s") Duration connectTimeout,
        @Bindable(defaultValue = "2000") int questions,
        @Bindable(defaultValue = "2000") int answers,
        @Bindable(defaultValue = "30s") Duration clockSkew) {

    public PeerSettings {
        secret = secret == null || secret.isBlank() ? null : secret;
        within(
                "carillon.peer.connect-timeout",
                connectTimeout,
                Duration.ofMillis(100),
                Duration.ofSeconds(30));
        within("carillon.peer.questions", questions, 1, 100_000);
        within("carillon.peer.answers", answers, 1, 100_000);
        within("carillon.peer.clock-skew", clockSkew, Duration.ofSeconds(1), Duration.ofMinutes(5));
    }

    /// Without the secret: a record is easily logged.
    @Override
    public String toString() {
        return "PeerSettings[questions=%d, answers=%d]".formatted(questions, answers);
    }
}
