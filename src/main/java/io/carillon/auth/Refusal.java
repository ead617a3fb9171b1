package io.carillon.auth;

/// Why somebody was not let in, or may not. The codes are an API: `src/docs/security.md` has the
/// table, and a test compares the two.
public enum Refusal {
    /// There was no token at all.
    TOKEN_MISSING("token_missing", false),
    /// The text is no signed JWT.
    TOKEN_MALFORMED("token_malformed", false),
    /// Longer than [Tokens#MAX_LENGTH].
    TOKEN_TOO_LARGE("token_too_large", false),
    /// Signed with an algorithm that the configured key does not belong to, or with none.
    TOKEN_ALGORITHM("token_algorithm", false),
    /// The signature does not fit the configured key.
    TOKEN_SIGNATURE("token_signature", false),
    /// Its time is over, or it names none.
    TOKEN_EXPIRED("token_expired", false),
    /// It, or all of its user's tokens of that time, were revoked.
    TOKEN_REVOKED("token_revoked", false),
    /// It names no `exp`.
    TOKEN_NO_EXPIRY("token_no_expiry", false),
    /// Its time has not come.
    TOKEN_NOT_YET_VALID("token_not_yet_valid", false),
    /// Another issuer's.
    TOKEN_ISSUER("token_issuer", false),
    /// For another audience.
    TOKEN_AUDIENCE("token_audience", false),
    /// It names no tenant, or one that cannot be a tenant.
    TOKEN_NO_TENANT("token_no_tenant", false),
    /// It names no user, or one that cannot be a user.
    TOKEN_NO_USER("token_no_user", false),
    /// The keys could not be fetched from the JWKS address.
    KEYS_UNAVAILABLE("keys_unavailable", true),
    /// Unknown, used, expired or of the other kind; which of these is not told.
    TICKET_INVALID("ticket_invalid", false),
    /// The user holds too many unused tickets.
    TICKETS_EXHAUSTED("tickets_exhausted", true),
    /// It lives longer than a token in an address may.
    TOKEN_LONG_LIVED("token_long_lived", false),
    /// Another tenant's than the address names.
    TENANT_FOREIGN("tenant_foreign", false),
    /// Unknown, revoked, another tenant's or another kind of screen's; which of these is not told.
    DEVICE_KEY_INVALID("device_key_invalid", false),
    /// The tenant lets in screens with a device key only.
    SCREENS_PAIRED_ONLY("screens_paired_only", false),
    /// No rule names the channel, or the channel's rule does not let this principal do this.
    CHANNEL_FORBIDDEN("channel_forbidden", false),
    /// Not a channel name: empty, longer than 200 bytes, or with control characters.
    CHANNEL_INVALID("channel_invalid", false),
    /// The rule's membership query failed: its author must mend it.
    CHANNEL_RULE_BROKEN("channel_rule_broken", false),
    /// Postgres did not answer in time: whether it may is not known, so it may not now.
    UNAVAILABLE("unavailable", true);

    private final String code;
    private final boolean retry;

    Refusal(String code, boolean retry) {
        this.code = code;
        this.retry = retry;
    }

    /// @return the word on the wire
    public String code() {
        return code;
    }

    /// @return whether the same attempt may succeed a little later
    public boolean retry() {
        return retry;
    }
}
