package io.carillon.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;

import io.carillon.identity.Principal;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.text.ParseException;
import java.time.Instant;

/// Makes a [Principal] of a token, for REST ([BearerAuthentication]) and for every transport alike:
/// there is no second way to look at a token.
///
/// In this order: length, form, algorithm, signature, the claims ([TokenClaims]), then whether it
/// was revoked ([Revocations]). Nothing of a token is believed before its signature was verified.
/// Safe for all threads.
@Singleton
public final class Tokens {
    /// The longest token that is looked at, in characters.
    public static final int MAX_LENGTH = 8 * 1024;

    private final Keys keys;
    private final TokenClaims claims;
    private final Revocations revocations;

    @Inject
    public Tokens(Keys keys, TokenClaims claims, Revocations revocations) {
        this.keys = keys;
        this.claims = claims;
        this.revocations = revocations;
    }

    Tokens(Keys keys, TokenClaims claims) {
        this(keys, claims, new Revocations());
    }

    /// Who brought this token.
    ///
    /// May block when a JWKS address is configured (its keys are fetched now and then, up to some
    /// seconds): call it on a virtual thread, never on an event loop. With a secret or a public key
    /// it only computes (10 to 100 µs).
    ///
    /// @param token the JWT as it came, without `Bearer`
    /// @return the principal, or why not
    public Admission principal(String token) {
        if (token.isBlank()) {
            return refused(Refusal.TOKEN_MISSING, "send a token");
        }
        if (token.length() > MAX_LENGTH) {
            return refused(
                    Refusal.TOKEN_TOO_LARGE,
                    "the token is longer than 8 KB: put fewer claims into it");
        }
        JWT parsed;
        try {
            parsed = JWTParser.parse(token);
        } catch (ParseException malformed) {
            return refused(Refusal.TOKEN_MALFORMED, "this is no JWT");
        }
        return parsed instanceof SignedJWT signed
                        && keys.supports(signed.getHeader().getAlgorithm())
                ? verified(signed)
                : refused(
                        Refusal.TOKEN_ALGORITHM,
                        "the token must be signed with the algorithm of the configured key");
    }

    /// The moment at which a connection of this principal must be closed unless it was refreshed:
    /// the token's end and the clock skew that is allowed for.
    ///
    /// @param principal whom a token named
    /// @return its end
    public Instant deadline(Principal principal) {
        return claims.deadline(principal.expiresAt());
    }

    private Admission verified(SignedJWT token) {
        try {
            return keys.verify(token)
                    ? unlessRevoked(claims.principal(token.getJWTClaimsSet()))
                    : refused(
                            Refusal.TOKEN_SIGNATURE,
                            "the token was not signed with the configured key");
        } catch (KeySourceException unavailable) {
            return refused(
                    Refusal.KEYS_UNAVAILABLE, "the issuer's keys cannot be fetched now: try again");
        } catch (JOSEException unusable) {
            return refused(
                    Refusal.TOKEN_SIGNATURE, "the token was not signed with the configured key");
        } catch (ParseException malformed) {
            return refused(Refusal.TOKEN_MALFORMED, "the token's claims cannot be read");
        }
    }

    /// Looks once more at whom a token or ticket named: it may have been revoked since.
    ///
    /// @param admission who it is
    /// @return the same, or that the token was revoked
    public Admission unlessRevoked(Admission admission) {
        if (admission instanceof Admission.Valid(var principal) && revocations.hits(principal)) {
            revocations.countRefused();
            return refused(Refusal.TOKEN_REVOKED, "the token was revoked: sign in again");
        }
        return admission;
    }

    /// @param principal of a token that was valid when it came
    /// @return whether the token has been revoked since; never blocks
    public boolean revoked(Principal principal) {
        return revocations.hits(principal);
    }

    private static Admission refused(Refusal code, String message) {
        return new Admission.Refused(code, message);
    }
}
