package io.carillon.aws;

import io.carillon.database.Login;
import io.carillon.database.Logins;
import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logins that Secrets Manager keeps: each connection is opened with the last one that was read.
///
/// A rotation is seen within `carillon.aws.secrets.refresh`; a login that Postgres refuses is read
/// again at once, so that no connection is lost to one that was changed a moment ago. While Secrets
/// Manager is away the last login goes on being used.
///
/// Threads: guarded by this object; reading blocks.
@Singleton
@Requires(property = "carillon.aws.secrets.database-login", pattern = ".+")
final class SecretLogins implements Logins {
    private static final Logger LOG = LoggerFactory.getLogger(SecretLogins.class);

    private final Secrets secrets;
    private final SecretSettings settings;
    private @Nullable Login working;
    private @Nullable Login owner;

    SecretLogins(Secrets secrets, SecretSettings settings) {
        this.secrets = secrets;
        this.settings = settings;
    }

    @Override
    public synchronized Login working(Login configured, String hosts) {
        var known = working;
        if (known == null) {
            known = first(settings.databaseLogin());
            working = known;
        }
        return known;
    }

    @Override
    public synchronized Login owner(Login configured, String hosts) {
        if (settings.ownerLogin().isEmpty()) {
            return configured;
        }
        var known = owner;
        if (known == null) {
            known = first(settings.ownerLogin());
            owner = known;
        }
        return known;
    }

    @Override
    public synchronized boolean renewed(Login refused) {
        try {
            return read() || !refused.equals(working) && !refused.equals(owner);
        } catch (Secrets.Unreadable unreadable) {
            LOG.warn("Postgres refuses login {}, and {}", refused, unreadable.getMessage());
            return false;
        }
    }

    /// Looks for another login.
    ///
    /// @return whether there is one
    /// @throws Secrets.Unreadable a secret cannot be read; the last logins stay
    synchronized boolean read() {
        var found = secrets.login(settings.databaseLogin());
        var changed = working != null && !found.equals(working);
        working = found;
        if (!settings.ownerLogin().isEmpty()) {
            owner = secrets.login(settings.ownerLogin());
        }
        return changed;
    }

    private Login first(String id) {
        try {
            return secrets.login(id);
        } catch (Secrets.Unreadable unreadable) {
            throw Secrets.refused(unreadable);
        }
    }
}
