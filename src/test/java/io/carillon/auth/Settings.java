package io.carillon.auth;

import java.time.Duration;
import java.util.List;

/// Settings for tests, one difference at a time.
final class Settings {
    private Settings() {}

    static AuthSettings none() {
        return new AuthSettings(
                null, null, null, null, null, Duration.ofSeconds(30), List.of(), null, "x");
    }

    static AuthSettings issuer(String issuer) {
        return new AuthSettings(
                null, null, null, issuer, null, Duration.ofSeconds(30), List.of(), null, "x");
    }

    static AuthSettings audience(String audience) {
        return new AuthSettings(
                null, null, null, null, audience, Duration.ofSeconds(30), List.of(), null, "x");
    }

    static AuthSettings origins(String... origins) {
        return new AuthSettings(
                null, null, null, null, null, Duration.ofSeconds(30), List.of(origins), null, "x");
    }

    static final ClaimNames CLAIMS = new ClaimNames("tenant", "sub", "roles", "name");

    static Tokens tokens(VerificationKey... keys) {
        return new Tokens(new Keys(List.of(keys)), new TokenClaims(none(), CLAIMS));
    }
}
