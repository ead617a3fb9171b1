package io.carillon.auth;

import io.micronaut.context.annotation.Value;
import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.ConfigurationException;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a node refuses to start with, each in one line that says what to set. A node that started
/// by mistake without a key would be found open by somebody else first.
@Singleton
final class StartRules {
    private static final Duration MAX_SKEW = Duration.ofMinutes(5);
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final AuthSettings settings;
    private final Mode mode;
    private final Environment environment;
    private final boolean kept;

    StartRules(
            AuthSettings settings,
            @Value("${carillon.mode:production}") String mode,
            Environment environment,
            Optional<KeySource> source) {
        this.settings = settings;
        this.kept = source.isPresent();
        this.mode = Mode.of(mode);
        this.environment = environment;
    }

    Mode mode() {
        return mode;
    }

    /// @throws ConfigurationException with the first thing that is wrong
    void check() {
        refuse(switches());
        refuse(keys());
        refuse(jwks());
        refuse(weak("carillon.auth.secret", settings.secret()));
        refuse(weak("carillon.auth.metrics-key", settings.metricsKey()));
        if (settings.clockSkew().isNegative() || settings.clockSkew().compareTo(MAX_SKEW) > 0) {
            refuse("carillon.auth.clock-skew is " + settings.clockSkew() + ": say 0s to 5m");
        }
    }

    private @Nullable String switches() {
        for (var name :
                List.of("micronaut.security.enabled", "micronaut.security.filter.enabled")) {
            if (!environment.getProperty(name, Boolean.class).orElse(true)) {
                return name + " is false: the API would be open to everybody. Remove the setting";
            }
        }
        if (mode == Mode.DEVELOPMENT) {
            return null;
        }
        if (settings.origins().contains("*")) {
            return "carillon.auth.origins is '*', which is for development only: list the origins"
                    + " of your pages";
        }
        if (environment.getProperty("carillon.demo.enabled", Boolean.class).orElse(false)) {
            return "carillon.demo.enabled is true, which is for development only: remove it, or set"
                    + " carillon.mode=development";
        }
        return null;
    }

    private @Nullable String keys() {
        if (kept) {
            return settings.kinds() == 0
                    ? null
                    : "keys in a secret store and in the settings: remove carillon.auth.secret,"
                            + " carillon.auth.public-key and carillon.auth.jwks-url, or"
                            + " carillon.aws.secrets.token-keys";
        }
        if (mode == Mode.PRODUCTION && settings.kinds() == 0) {
            return "no key to verify tokens with: set one of carillon.auth.secret (32 random bytes"
                    + " or more), carillon.auth.public-key, carillon.auth.jwks-url"
                    + " (CARILLON_AUTH_SECRET, …)";
        }
        if (mode == Mode.PRODUCTION && settings.kinds() > 1) {
            return "more than one kind of key: keep one of carillon.auth.secret,"
                    + " carillon.auth.public-key and carillon.auth.jwks-url, whichever your"
                    + " tokens are signed for";
        }
        return null;
    }

    private @Nullable String jwks() {
        if (settings.jwksUrl() == null) {
            return null;
        }
        try {
            var address = URI.create(settings.jwksUrl());
            var plain =
                    "http".equals(address.getScheme())
                            && (mode == Mode.DEVELOPMENT
                                    || THIS_MACHINE.contains(address.getHost()));
            if (address.getHost() != null && (plain || "https".equals(address.getScheme()))) {
                return null;
            }
        } catch (IllegalArgumentException malformed) {
            // Said below.
        }
        return "carillon.auth.jwks-url must be an https:// address: whoever can change the keys on"
                + " the way can be anybody";
    }

    private static @Nullable String weak(String name, @Nullable String secret) {
        var weakness = secret == null ? null : Secrets.weakness(secret);
        return weakness == null
                ? null
                : name + " " + weakness + ": make a random one, e.g. with openssl rand -base64 48";
    }

    private static void refuse(@Nullable String problem) {
        if (problem != null) {
            throw new ConfigurationException(problem);
        }
    }
}
