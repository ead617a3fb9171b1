package io.carillon.connection;

import io.carillon.auth.Access;
import io.carillon.auth.Admission;
import io.carillon.auth.ChannelRules;
import io.carillon.auth.Tokens;
import io.carillon.identity.Principal;

import jakarta.inject.Singleton;

import java.time.Instant;

/// The rights of the running product: tokens and channel rules. Safe for all threads.
@Singleton
record TokensAndRules(Tokens tokens, ChannelRules rules) implements Rights {
    @Override
    public Admission principal(String token) {
        return tokens.principal(token);
    }

    @Override
    public Instant deadline(Principal principal) {
        return tokens.deadline(principal);
    }

    @Override
    public long changes() {
        return rules.changes();
    }

    @Override
    public boolean revoked(Principal principal) {
        return tokens.revoked(principal);
    }

    @Override
    public Access subscribe(Principal principal, String channel) {
        return rules.subscribe(principal, channel);
    }

    @Override
    public boolean presence(String channel) {
        return Boolean.TRUE.equals(rules.presence(channel));
    }

    @Override
    public Access publish(Principal principal, String channel) {
        return rules.publish(principal, channel);
    }
}
