package io.carillon.aws;

import io.carillon.auth.KeyText;
import io.carillon.auth.Keys;
import io.carillon.database.OpenDatabase;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.exceptions.ConfigurationException;

import jakarta.annotation.PreDestroy;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Optional;

/// Takes up secrets that changed while the node runs: new keys count from the next token on,
/// connections of an old login close as soon as nobody works on them. No client's connection ends.
///
/// Its own virtual thread, one round every `carillon.aws.secrets.refresh`; without configured
/// secrets it does nothing. What cannot be read, or is no key, changes nothing, is said once and
/// counted by [#stale].
@Context
final class SecretRotation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecretRotation.class);

    private final Optional<TokenKeys> source;
    private final Optional<SecretLogins> logins;
    private final Keys keys;
    private final OpenDatabase database;
    private final @Nullable Thread reader;
    private @Nullable List<KeyText> adopted;
    private volatile boolean stale;

    SecretRotation(
            SecretSettings settings,
            Optional<TokenKeys> source,
            Optional<SecretLogins> logins,
            Keys keys,
            OpenDatabase database) {
        this.source = source;
        this.logins = logins;
        this.keys = keys;
        this.database = database;
        this.reader =
                source.isEmpty() && logins.isEmpty()
                        ? null
                        : Rounds.start("carillon-secrets", settings.refresh(), this::round);
    }

    /// @return whether the last round could not read a secret, or found no key in it
    boolean stale() {
        return stale;
    }

    private void round() {
        try {
            source.ifPresent(this::adoptKeys);
            if (logins.isPresent() && logins.get().read()) {
                database.renew();
                LOG.info(
                        "the login to Postgres has changed; connections of the old one are let go");
            }
            stale = false;
        } catch (Secrets.Unreadable | ConfigurationException failed) {
            if (!stale) {
                LOG.warn("secrets stay as they were: {}", failed.getMessage());
            }
            stale = true;
        }
    }

    private void adoptKeys(TokenKeys kept) {
        var found = kept.again();
        if (!found.equals(adopted)) {
            keys.adopt(found);
            if (adopted != null) {
                LOG.info("the tokens' keys have changed: {} now", found.size());
            }
            adopted = found;
        }
    }

    @Override
    @PreDestroy
    public void close() {
        Rounds.stop(reader);
    }
}
