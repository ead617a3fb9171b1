package io.carillon.wire.queue;

import io.carillon.channel.Cursor;
import io.carillon.wire.Framing;
import io.carillon.wire.json.JsonBytes;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// Encodes what a client of the queue is told besides events. Immutable, safe for all threads. Each
/// method returns a new buffer, owned by the caller.
public final class QueueMessages {
    private static final int SMALL = 256;

    private final Framing framing;

    /// @param framing the transport's
    public QueueMessages(Framing framing) {
        this.framing = framing;
    }

    /// The client was let in.
    ///
    /// @param connection its id, for support and logs
    /// @param user who it is; a screen's begins with `screen:`
    /// @param clientType as in the path
    /// @param expiresAt when its token ends
    public ByteBuf connected(String connection, String user, String clientType, Instant expiresAt) {
        return object(
                "connected",
                SMALL,
                json -> {
                    json.writeStringField("connection", connection);
                    json.writeStringField("user", user);
                    json.writeStringField("client_type", clientType);
                    json.writeStringField("expires_at", expiresAt.toString());
                });
    }

    /// The whole queue.
    ///
    /// @param data JSON
    /// @param cursor to follow from
    public ByteBuf queue(String data, String cursor) {
        return object(
                "queue_update",
                SMALL + data.length(),
                json -> {
                    json.writeFieldName("data");
                    json.writeRawValue(data);
                    json.writeStringField("cursor", cursor);
                });
    }

    /// A totem's ticket.
    ///
    /// @param ref of the client's message
    /// @param data JSON
    public ByteBuf taken(@Nullable String ref, String data) {
        return object(
                "ticket_taken",
                SMALL + data.length(),
                json -> {
                    optional(json, "ref", ref);
                    json.writeFieldName("data");
                    json.writeRawValue(data);
                });
    }

    /// Something was refused.
    ///
    /// @param ref of the client's message, where it is about one
    /// @param code for programs
    /// @param detail for people
    public ByteBuf error(@Nullable String ref, String code, String detail) {
        return object(
                "error",
                SMALL + detail.length(),
                json -> {
                    optional(json, "ref", ref);
                    json.writeStringField("code", code);
                    json.writeStringField("detail", detail);
                });
    }

    /// What was missed cannot be told; a snapshot follows.
    ///
    /// @param reason a code
    public ByteBuf reset(String reason) {
        return object("reset", SMALL, json -> json.writeStringField("reason", reason));
    }

    /// A sign of life.
    ///
    /// @param cursor where the client stands, or null before it follows anything
    public ByteBuf ping(@Nullable Cursor cursor) {
        return object("ping", SMALL, json -> optional(json, "cursor", encoded(cursor)));
    }

    /// Answers a client's ping.
    ///
    /// @param cursor where the client stands, or null before it follows anything
    public ByteBuf pong(@Nullable Cursor cursor) {
        return object("pong", SMALL, json -> optional(json, "cursor", encoded(cursor)));
    }

    /// The node is going away.
    ///
    /// @param millis when to connect again
    public ByteBuf drain(long millis) {
        return object("drain", SMALL, json -> json.writeNumberField("reconnect_in", millis));
    }

    private ByteBuf object(String type, int estimate, JsonBytes.Members members) {
        return JsonBytes.object(
                framing,
                type,
                null,
                estimate,
                json -> {
                    json.writeStringField("type", type);
                    members.write(json);
                });
    }

    private static void optional(
            com.fasterxml.jackson.core.JsonGenerator json, String name, @Nullable String value)
            throws java.io.IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static @Nullable String encoded(@Nullable Cursor cursor) {
        return cursor == null ? null : cursor.encode();
    }
}
