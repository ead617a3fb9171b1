package io.carillon.aws;

import io.carillon.auth.KeySource;
import io.carillon.auth.KeyText;
import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import java.util.List;

/// The tokens' keys as Secrets Manager has them; read at the start by room `auth`, and again by
/// [SecretRotation]. Stateless.
@Singleton
@Requires(property = "carillon.aws.secrets.token-keys", pattern = ".+")
final class TokenKeys implements KeySource {
    private final Secrets secrets;
    private final SecretSettings settings;

    TokenKeys(Secrets secrets, SecretSettings settings) {
        this.secrets = secrets;
        this.settings = settings;
    }

    @Override
    public List<KeyText> read() {
        try {
            return secrets.keys(settings.tokenKeys());
        } catch (Secrets.Unreadable unreadable) {
            throw Secrets.refused(unreadable);
        }
    }

    /// @return what the secret holds now
    /// @throws Secrets.Unreadable it cannot be read
    List<KeyText> again() {
        return secrets.keys(settings.tokenKeys());
    }
}
