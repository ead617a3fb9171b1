package io.carillon.control;

import io.carillon.auth.RightsChange;
import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// What all nodes are told, from an event of `carillon.control` or a row of
/// `carillon.control_order`. Immutable.
sealed interface Order {
    /// Whoever is meant is closed now and may come back.
    ///
    /// @param id the row's
    /// @param target who is meant
    record Disconnect(long id, Target target) implements Order {}

    /// One token counts no longer.
    ///
    /// @param tenant the token's
    /// @param token its `jti`
    /// @param until when it would have ended by itself
    record RevokeToken(String tenant, String token, Instant until) implements Order {}

    /// A user's tokens of a time count no longer.
    ///
    /// @param tenant the user's
    /// @param user whose tokens
    /// @param issuedBefore those from before
    /// @param until when the last of them would have ended by itself
    record RevokeUser(String tenant, String user, Instant issuedBefore, Instant until)
            implements Order {}

    /// Subscriptions are checked again.
    ///
    /// @param change why
    record Recheck(RightsChange change) implements Order {}

    /// Rows of `carillon.tenant_limit` are others now.
    record NewLimits() implements Order {}

    /// A user, a connection, or with neither a whole tenant.
    ///
    /// @param tenant whose connections; never those of another
    /// @param user the user, or null
    /// @param connection the connection's id, or null
    record Target(String tenant, @Nullable String user, @Nullable String connection) {
        static Target tenant(Principal who) {
            return new Target(who.tenant(), null, null);
        }

        static Target user(Principal who) {
            return new Target(who.tenant(), who.user(), null);
        }

        static Target connection(Principal who, String id) {
            return new Target(who.tenant(), null, id);
        }
    }
}
