package io.carillon.auth;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// What room `auth` can be told. Every name maps to an environment variable:
/// `CARILLON_AUTH_SECRET`, ….
///
/// @param secret the HS256 secret, text whose UTF-8 bytes are the key; at least 32 bytes, and no
///     known example. One of `secret`, `public-key` and `jwks-url` is needed in production; none is
///     set by default
/// @param publicKey the public key of the tokens' issuer: PEM text, or the path of a PEM file. RSA
///     (2048 bits or more) means RS256, P-256 means ES256
/// @param jwksUrl where the issuer publishes its keys (RS256 and ES256); `https://`, plain HTTP
///     only to this machine or in development. Fetched on first use, kept 5 minutes, at most one
///     fetch in 30 s, 4 hours without the issuer
/// @param issuer when set, the tokens' `iss` must be exactly this
/// @param audience when set, the tokens' `aud` must contain this
/// @param clockSkew how far the issuer's clock and ours may differ, 0 s to 5 min; default 30 s
/// @param origins pages that may talk to us besides our own: a list of exact origins such as
///     `https://app.example.com`; `*` for all, in development only; default none
/// @param metricsKey what a scraper of `/prometheus` sends as bearer token, at least 32 bytes;
///     without it `/prometheus` is closed in production and open in development
/// @param secretFile where development without a secret keeps its own, so that tokens outlive a
///     restart; default `.data/token-secret`
/// @param adminRole who has this role sees and steers its own tenant under `/api/admin`; default
///     `admin`
/// @param operatorRole who has this role in `operator-tenant` sees and steers all tenants; default
///     `operator`
/// @param operatorTenant the tenant of those who run Carillon; without it nobody is an operator in
///     production, and in development the role is enough. A tenant that names its own roles must
///     not be able to make itself operator
@ConfigurationProperties("carillon.auth")
public record AuthSettings(
        @Nullable String secret,
        @Nullable String publicKey,
        @Nullable String jwksUrl,
        @Nullable String issuer,
        @Nullable String audience,
        @Bindable(defaultValue = "30s") Duration clockSkew,
        @Bindable(defaultValue = "") List<String> origins,
        @Nullable String metricsKey,
        @Bindable(defaultValue = ".data/token-secret") String secretFile,
        @Bindable(defaultValue = "admin") String adminRole,
        @Bindable(defaultValue = "operator") String operatorRole,
        @Nullable String operatorTenant) {

    public AuthSettings {
        secret = blankToNull(secret);
        publicKey = blankToNull(publicKey);
        jwksUrl = blankToNull(jwksUrl);
        issuer = blankToNull(issuer);
        audience = blankToNull(audience);
        metricsKey = blankToNull(metricsKey);
        operatorTenant = blankToNull(operatorTenant);
        origins = origins.stream().map(String::strip).filter(one -> !one.isEmpty()).toList();
    }

    /// @return how many kinds of key are configured
    int kinds() {
        return (secret == null ? 0 : 1) + (publicKey == null ? 0 : 1) + (jwksUrl == null ? 0 : 1);
    }

    /// Without the secrets: a record is easily logged.
    @Override
    public String toString() {
        return "AuthSettings[issuer=%s, audience=%s, origins=%s]"
                .formatted(issuer, audience, origins);
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
