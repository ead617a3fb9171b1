package io.carillon.wire.socketio;

import io.carillon.catalogue.SocketEvents;

import org.jspecify.annotations.Nullable;

/// The ways of naming that clients can choose from. Safe for all threads.
public interface Namings {
    /// Type and envelope: [EventNames#PLAIN].
    String PLAIN = "plain";

    /// Type and payload alone: [EventNames#DATA].
    String DATA = "data";

    /// Type and the event bus's envelope, whatever the type: [SocketEvents#envelope].
    String ENVELOPE = "envelope";

    /// The catalogue's names with dots in them.
    String DOTS = "dots";

    /// The catalogue's names with colons in them.
    String COLONS = "colons";

    /// @param naming what a client chose (`auth.names`), or null when it said nothing
    /// @param namespace where it is
    /// @return how events are called there; null when there is no such way. The same instance for
    ///     the same answer
    @Nullable EventNames find(@Nullable String naming, String namespace);

    /// @param channel that a client may follow
    /// @return whether it is put into it without asking; never blocks
    boolean opens(String channel);
}
