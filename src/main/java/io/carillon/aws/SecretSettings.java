package io.carillon.aws;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// Which secrets of Secrets Manager a node reads, at its start and again while it runs.
///
/// @param tokenKeys name or ARN of the secret with the keys that tokens are verified with, in place
///     of `carillon.auth.secret` and its sisters; default empty: none
/// @param databaseLogin the same for the working login of Postgres; default empty: none
/// @param ownerLogin the same for the migrating login; default empty: as configured
/// @param refresh how often they are read again, 1 s to 1 h; default 1 min. A login that Postgres
///     refuses is read again at once
@ConfigurationProperties("carillon.aws.secrets")
public record SecretSettings(
        @Bindable(defaultValue = "") String tokenKeys,
        @Bindable(defaultValue = "") String databaseLogin,
        @Bindable(defaultValue = "") String ownerLogin,
        @Bindable(defaultValue = "1m") Duration refresh) {

    public SecretSettings {
        within("carillon.aws.secrets.refresh", refresh, Duration.ofSeconds(1), Duration.ofHours(1));
    }
}
