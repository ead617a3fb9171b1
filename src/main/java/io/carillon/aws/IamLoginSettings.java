package io.carillon.aws;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// Logging in to Postgres with tokens of IAM.
///
/// @param enabled whether a token is made for each connection, for both logins; default false
@ConfigurationProperties("carillon.aws.iam-login")
public record IamLoginSettings(@Bindable(defaultValue = "false") boolean enabled) {}
