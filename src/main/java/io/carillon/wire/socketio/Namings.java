package io.carillon.wire.socketio;

import org.jspecify.annotations.Nullable;

/// The ways of naming that clients can choose from. Safe for all threads.
public interface Namings {
    /// The way that every client can choose: [EventNames#PLAIN].
    String PLAIN = "plain";

    /// Another: [EventNames#DATA].
    String DATA = "data";

    /// @param naming what a client chose (`auth.names`), or null when it said nothing
    /// @param namespace where it is
    /// @return how events are called there; null when there is no such way. The same instance for
    ///     the same answer
    @Nullable EventNames find(@Nullable String naming, String namespace);
}
