package io.carillon.auth;

import io.carillon.identity.Principal;

import jakarta.inject.Singleton;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// The revocations in force, in memory: which tokens count no longer although their time is not
/// over.
///
/// Filled by room `control` from the rows and events of all nodes; asked by [Tokens] for every
/// token and ticket, and by every live connection. Entries are only added or moved on, so the order
/// in which they come does not matter; [#sweep] removes those that can hit nothing any more. Two
/// look-ups, never blocks; safe for all threads. Bounded by the table: one entry per revoked user
/// and per revoked token, of the latter at most 10,000 per tenant.
@Singleton
public final class Revocations {
    /// How long a token counts after it was issued, whatever its `exp` says: so a revocation need
    /// not be kept longer.
    public static final Duration TOKEN_LIFE = Duration.ofDays(30);

    private final Map<Name, Instant> tokens = new ConcurrentHashMap<>();
    private final Map<Name, Cut> users = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();

    private record Name(String tenant, String id) {}

    private record Cut(Instant issuedBefore, Instant until) {
        Cut and(Cut other) {
            return new Cut(later(issuedBefore, other.issuedBefore), later(until, other.until));
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /// @param principal whom a token named
    /// @return whether that token was revoked
    public boolean hits(Principal principal) {
        var id = principal.tokenId();
        if (id != null && tokens.containsKey(new Name(principal.tenant(), id))) {
            return true;
        }
        var cut = users.get(new Name(principal.tenant(), principal.user()));
        if (cut == null) {
            return false;
        }
        var issuedAt = principal.issuedAt();
        return issuedAt == null || issuedAt.isBefore(cut.issuedBefore);
    }

    /// @param tenant the token's tenant
    /// @param tokenId its `jti`
    /// @param until when it would have ended by itself
    public void revokeToken(String tenant, String tokenId, Instant until) {
        tokens.merge(new Name(tenant, tokenId), until, Revocations::later);
    }

    /// @param tenant the user's tenant
    /// @param user whose tokens
    /// @param issuedBefore those issued before, and those that do not say when
    /// @param until when the last of them would have ended by itself
    public void revokeUser(String tenant, String user, Instant issuedBefore, Instant until) {
        users.merge(new Name(tenant, user), new Cut(issuedBefore, until), Cut::and);
    }

    /// @param now entries whose time is over by then are removed
    public void sweep(Instant now) {
        tokens.values().removeIf(now::isAfter);
        users.values().removeIf(cut -> now.isAfter(cut.until));
    }

    /// @return how many revocations are in force
    public int size() {
        return tokens.size() + users.size();
    }

    /// @return tokens and tickets that were refused since the start because they were revoked
    public long refused() {
        return refused.sum();
    }

    void countRefused() {
        refused.increment();
    }
}
