package io.carillon.auth;

import io.carillon.identity.Principal;

import jakarta.inject.Singleton;

/// May this principal subscribe to, or publish on, this channel? By the rows of
/// `carillon.channel_rule`.
///
/// Blocks on Postgres now and then: call it on a virtual thread.
@Singleton
public final class ChannelRules {
    /// @param principal who asks; its tenant is the only one that is looked at
    /// @param channel the channel's name within that tenant
    /// @return whether it may receive the channel's events
    public Access subscribe(Principal principal, String channel) {
        return new Access.Forbidden(Refusal.CHANNEL_FORBIDDEN, "not built yet");
    }

    /// @param principal who asks; its tenant is the only one that is looked at
    /// @param channel the channel's name within that tenant
    /// @return whether it may publish ephemeral events there
    public Access publish(Principal principal, String channel) {
        return new Access.Forbidden(Refusal.CHANNEL_FORBIDDEN, "not built yet");
    }

    /// Forgets what membership queries said about a tenant, so that the next question reads the
    /// tables again. For whoever re-checks subscriptions after a change of a table that a rule
    /// reads.
    ///
    /// @param tenant the tenant whose rows changed
    public void forget(String tenant) {}
}
