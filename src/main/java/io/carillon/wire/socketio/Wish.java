package io.carillon.wire.socketio;

import io.carillon.connection.Command;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a client's event asks for: the answer of [ClientEvents]. Immutable.
public sealed interface Wish {
    /// Follow channels.
    ///
    /// @param channels at least one
    /// @param cursor where to go on from, or null for from now on
    /// @param following what is asked for besides events
    record Subscribe(List<String> channels, @Nullable String cursor, Command.Following following)
            implements Wish {}

    /// Follow them no longer.
    ///
    /// @param channels at least one
    record Unsubscribe(List<String> channels) implements Wish {}

    /// Tell the others on a channel something that nobody keeps.
    ///
    /// @param channel where to
    /// @param type the event's type
    /// @param data JSON, or null
    record Publish(String channel, String type, @Nullable String data) implements Wish {}

    /// Go on with a new token.
    ///
    /// @param token a JWT
    record Refresh(String token) implements Wish {
        @Override
        public String toString() {
            return "Refresh";
        }
    }

    /// Say how present the user is.
    ///
    /// @param status `online`, `away` or `busy`
    record Presence(String status) implements Wish {}

    /// Answer that there is a way.
    record Ping() implements Wish {}

    /// Not what the event wants.
    ///
    /// @param detail what it wants, for people
    record Malformed(String detail) implements Wish {}

    /// There is no such event.
    record Unknown() implements Wish {}
}
