package io.carillon.connection;

import io.carillon.channel.Cursor;
import io.carillon.channel.ResetReason;
import io.carillon.presence.Update;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// What a connection tells its client besides events. A wire turns it into bytes. Immutable.
public sealed interface Message {
    /// The token was accepted.
    ///
    /// @param reply the command's id, or null when the token came with the handshake
    /// @param connection this connection's id, for support and logs
    /// @param user the principal's id
    /// @param expiresAt when the token ends
    record Connected(@Nullable Long reply, String connection, String user, Instant expiresAt)
            implements Message {}

    /// The channels are followed, and everything up to the cursor has been sent.
    ///
    /// @param reply the command's id
    /// @param channels the channels that are followed; fewer than asked for when some were reset
    ///     meanwhile
    /// @param cursor where the connection stands
    record Subscribed(long reply, List<String> channels, Cursor cursor) implements Message {}

    /// The command was carried out.
    ///
    /// @param reply the command's id
    record Done(long reply) implements Message {}

    /// Answers [Command.Ping].
    ///
    /// @param reply the command's id
    /// @param cursor where the connection stands, or null before it follows anything
    record Pong(long reply, @Nullable Cursor cursor) implements Message {}

    /// The command was refused.
    ///
    /// @param reply the command's id, or null when it could not be read
    /// @param code why
    /// @param detail what exactly, for people
    /// @param reason with [ErrorCode#RESET], why what was missed cannot be told
    record Refused(
            @Nullable Long reply, ErrorCode code, String detail, @Nullable ResetReason reason)
            implements Message {
        /// @param reply the command's id, or null when it could not be read
        /// @param code why
        /// @param detail what exactly, for people
        public Refused(@Nullable Long reply, ErrorCode code, String detail) {
            this(reply, code, detail, null);
        }
    }

    /// Subscriptions have ended: read again, then subscribe with the new cursor.
    ///
    /// @param channels which
    /// @param reason why
    record Reset(List<String> channels, ResetReason reason) implements Message {}

    /// Subscriptions have ended because the principal may not follow these channels any longer.
    ///
    /// @param channels which
    record Ended(List<String> channels) implements Message {}

    /// Who is present in a channel, or what changed since.
    ///
    /// @param update of one channel
    record Presence(Update update) implements Message {}

    /// A sign of life with a fresh cursor.
    ///
    /// @param cursor where the connection stands, or null before it follows anything
    record Ping(@Nullable Cursor cursor) implements Message {}

    /// The node is going away.
    ///
    /// @param reconnectInMillis when to connect again
    record Drain(long reconnectInMillis) implements Message {}
}
