package io.carillon.auth;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;

import java.net.URI;
import java.util.ArrayList;

/// Makes [Keys] of the configuration; after [StartRules], which refuse what must not start.
@Factory
final class KeysFactory {
    /// First of all: what must not start should not start a database either.
    @Context
    @Order(Ordered.HIGHEST_PRECEDENCE)
    Keys keys(
            StartRules rules,
            AuthSettings settings,
            @Nullable DevelopmentSecret development,
            @Nullable KeySource source) {
        rules.check();
        if (source != null) {
            return new Keys(Keys.read(source.read()));
        }
        var keys = new ArrayList<VerificationKey>();
        var secret = development == null ? settings.secret() : development.value();
        if (secret != null) {
            keys.add(VerificationKey.ofSecret(secret));
        }
        if (settings.publicKey() != null) {
            keys.add(PublicKeys.read(settings.publicKey()));
        }
        if (settings.jwksUrl() != null) {
            keys.add(VerificationKey.ofJwks(URI.create(settings.jwksUrl())));
        }
        return new Keys(keys);
    }
}
