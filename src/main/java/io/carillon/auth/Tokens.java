package io.carillon.auth;

import io.carillon.identity.Principal;

import jakarta.inject.Singleton;

import java.time.Instant;

/// Makes a [Principal] of a token, for REST and for every transport alike.
@Singleton
public final class Tokens {
    /// The longest token that is looked at, in characters.
    public static final int MAX_LENGTH = 8 * 1024;

    /// Who brought this token.
    ///
    /// May block when a JWKS address is configured (its keys are fetched now and then): call it on
    /// a virtual thread.
    ///
    /// @param token the JWT as it came, without `Bearer`
    /// @return the principal, or why not
    public Admission principal(String token) {
        return new Admission.Refused(Refusal.TOKEN_MALFORMED, "not built yet");
    }

    /// The moment at which a connection of this principal must be closed unless it was refreshed:
    /// the token's end and the clock skew that is allowed for.
    ///
    /// @param principal whom a token named
    /// @return its end
    public Instant deadline(Principal principal) {
        return principal.expiresAt();
    }
}
