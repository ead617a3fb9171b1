package io.carillon.auth;

import java.time.Duration;
import java.util.List;

/// Settings for tests, one difference at a time.
final class Settings {
    private Settings() {}

    static AuthSettings none() {
        return with(null, null, List.of(), null);
    }

    static AuthSettings issuer(String issuer) {
        return with(issuer, null, List.of(), null);
    }

    static AuthSettings audience(String audience) {
        return with(null, audience, List.of(), null);
    }

    static AuthSettings origins(String... origins) {
        return with(null, null, List.of(origins), null);
    }

    static AuthSettings operatorTenant(String tenant) {
        return with(null, null, List.of(), tenant);
    }

    static AuthSettings clockSkew(Duration skew) {
        return new AuthSettings(
                null,
                null,
                null,
                null,
                null,
                skew,
                List.of(),
                null,
                "x",
                "admin",
                "operator",
                null);
    }

    private static AuthSettings with(
            String issuer, String audience, List<String> origins, String operatorTenant) {
        return new AuthSettings(
                null,
                null,
                null,
                issuer,
                audience,
                Duration.ofSeconds(30),
                origins,
                null,
                "x",
                "admin",
                "operator",
                operatorTenant);
    }

    static final ClaimNames CLAIMS = new ClaimNames("tenant", "sub", "roles", "name");

    static Tokens tokens(VerificationKey... keys) {
        return new Tokens(new Keys(List.of(keys)), new TokenClaims(none(), CLAIMS));
    }
}
