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
    /// @param following what is asked for besides events
    record Subscribe(long id, List<String> channels, @Nullable String cursor, Following following)
            implements Command {
        /// Asks for events only.
        ///
        /// @param channels at least one
        /// @param cursor where to go on from, or null for from now on
        public Subscribe(long id, List<String> channels, @Nullable String cursor) {
            this(id, channels, cursor, Following.EVENTS);
        }
    }

    /// What a subscription asks for.
    enum Following {
        EVENTS,
        /// Who is present in the channels, too.
        EVENTS_AND_PRESENCE
    }

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

    /// Says how the user is: online, away or busy, for this connection.
    ///
    /// @param state a word
    record Presence(long id, String state) implements Command {}

    /// Replaces the token of a live connection.
    ///
    /// @param token a JWT of the same tenant and user
    record Refresh(long id, String token) implements Command {}

    /// Asks for a sign of life.
    record Ping(long id) implements Command {}
}
