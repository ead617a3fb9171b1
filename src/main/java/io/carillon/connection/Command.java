package io.carillon.connection;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a client asks for. Made by a wire from bytes; syntax is checked there, rights and limits
/// here. Immutable.
public sealed interface Command {
    /// @return the client's number for this command, which the reply carries
    long id();

    /// Presents a token; the first command of a connection that has none yet.
    ///
    /// @param token a JWT
    record Connect(long id, String token) implements Command {}

    /// Follows channels, all or none.
    ///
    /// @param channels at least one
    /// @param cursor where to go on from, or null for from now on
    record Subscribe(long id, List<String> channels, @Nullable String cursor) implements Command {}

    /// Follows no longer.
    ///
    /// @param channels at least one
    record Unsubscribe(long id, List<String> channels) implements Command {}

    /// Sends an ephemeral event to a channel.
    ///
    /// @param channel where to
    /// @param type the event's type
    /// @param data JSON text, or null
    record Publish(long id, String channel, String type, @Nullable String data)
            implements Command {}

    /// Replaces the token of a live connection.
    ///
    /// @param token a JWT of the same tenant and user
    record Refresh(long id, String token) implements Command {}

    /// Asks for a sign of life.
    record Ping(long id) implements Command {}
}
