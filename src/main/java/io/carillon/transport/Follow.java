package io.carillon.transport;

import io.carillon.connection.Command;
import io.carillon.identity.Principal;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a request to `/events` asks for, when its syntax is right and its bearer is known.
///
/// @param principal who asks
/// @param channels which channels, at least one, each once
/// @param cursor where to go on from, or null for from now on
/// @param presence null when only events are asked for; else the tag of what is known of presence,
///     or any other text
/// @param waitMillis how long a poll may wait for something to happen
/// @param channel the network channel: its event loop is the connection's lane, and when it closes
///     the client has gone
public record Follow(
        Principal principal,
        List<String> channels,
        @Nullable String cursor,
        @Nullable String presence,
        long waitMillis,
        Channel channel) {
    /// The id that the only command of such a connection has.
    public static final long COMMAND = 1;

    /// @return the command that the request stands for
    public Command command() {
        return new Command.Subscribe(
                COMMAND,
                channels,
                cursor,
                presence == null
                        ? Command.Following.EVENTS
                        : Command.Following.EVENTS_AND_PRESENCE);
    }
}
