package io.carillon.identity;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Set;

/// Who is at the other end: the answer of a validated token, never of anything else the client
/// said.
///
/// Made by room `auth`, carried by every connection and request. Immutable.
///
/// @param tenant the tenant, 1 to 200 bytes; the wall between customers
/// @param user the user's id within the tenant
/// @param name what people call the user; for display only, falls back to the id
/// @param roles role names, as in the token
/// @param tokenId the token's `jti`, where it has one; revocation names it
/// @param issuedAt when the token was issued, where it says so
/// @param expiresAt when the token ends; a connection must be refreshed before, or it is closed
public record Principal(
        String tenant,
        String user,
        String name,
        Set<String> roles,
        @Nullable String tokenId,
        @Nullable Instant issuedAt,
        Instant expiresAt) {

    public Principal {
        roles = Set.copyOf(roles);
    }

    /// @param now the moment to judge by
    /// @return whether the token's time is over at `now`
    public boolean expired(Instant now) {
        return !now.isBefore(expiresAt);
    }
}
