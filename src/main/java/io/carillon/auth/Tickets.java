package io.carillon.auth;

import io.carillon.identity.Principal;

import jakarta.inject.Singleton;

import java.time.Instant;

/// Opaque stand-ins for a token where a browser can send nothing but an address. Issued on any
/// node, good on any.
///
/// Blocks on Postgres: call it on a virtual thread.
@Singleton
public final class Tickets {
    /// What a ticket is good for.
    public enum Kind {
        /// Opens one WebSocket, once, within 30 seconds: `/realtime?ticket=…`.
        ONCE,
        /// Opens event streams until it expires, at most 10 minutes: `/events?ticket=…` for stock
        /// `EventSource`.
        STREAM
    }

    /// What became of a request for a ticket.
    public sealed interface Issue {
        /// @param ticket the ticket, shown this once; never to be logged
        /// @param expiresAt when it ends, by the database's clock
        record Issued(String ticket, Instant expiresAt) implements Issue {}

        /// @param code why not
        /// @param message one line
        record Denied(Refusal code, String message) implements Issue {}
    }

    /// @param principal for whom
    /// @param kind what for
    /// @return the ticket, or why not
    public Issue issue(Principal principal, Kind kind) {
        return new Issue.Denied(Refusal.UNAVAILABLE, "not built yet");
    }

    /// @param ticket what a client brought
    /// @param kind the kind that the endpoint takes
    /// @return who was given this ticket; of a [Kind#ONCE] ticket this is told once, on whichever
    ///     node
    public Admission redeem(String ticket, Kind kind) {
        return new Admission.Refused(Refusal.TICKET_INVALID, "not built yet");
    }
}
