package io.carillon.wire.json;

import com.fasterxml.jackson.core.JsonGenerator;

import io.carillon.channel.Cursor;
import io.carillon.connection.Message;
import io.carillon.presence.Member;
import io.carillon.presence.Update;
import io.carillon.wire.Framing;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/// Encodes what a connection tells besides events. Immutable, safe for all threads; one instance
/// per transport. See `src/docs/protocol.md`, "Replies" and "Pushes".
public final class MessageEncoder {
    private static final int ESTIMATE = 256;

    private final Framing framing;

    /// @param framing the transport's
    public MessageEncoder(Framing framing) {
        this.framing = framing;
    }

    /// @param message what to tell
    /// @return a new buffer, owned by the caller
    public ByteBuf encode(Message message) {
        return switch (message) {
            case Message.Connected connected -> connected(connected);
            case Message.Subscribed(var reply, var channels, var at) -> {
                var cursor = at.encode();
                yield object(
                        "subscribed",
                        cursor,
                        json -> {
                            ok(json, reply);
                            names(json, channels);
                            json.writeStringField("cursor", cursor);
                        });
            }
            case Message.Done(var reply) -> object("reply", null, json -> ok(json, reply));
            case Message.Pong(var reply, var at) -> {
                var cursor = text(at);
                yield object(
                        "reply",
                        cursor,
                        json -> {
                            ok(json, reply);
                            cursor(json, cursor);
                        });
            }
            case Message.Refused refused -> refused(refused);
            case Message.Reset(var channels, var reason) ->
                    push(
                            "reset",
                            null,
                            json -> {
                                names(json, channels);
                                json.writeStringField("reason", reason.code());
                            });
            case Message.Ended(var channels) -> push("ended", null, json -> names(json, channels));
            case Message.Presence(var update) -> presence(update);
            case Message.Ping(var at) -> {
                var cursor = text(at);
                yield push("ping", cursor, json -> cursor(json, cursor));
            }
            case Message.Drain(var reconnectIn) ->
                    push("drain", null, json -> json.writeNumberField("reconnectIn", reconnectIn));
        };
    }

    private ByteBuf connected(Message.Connected connected) {
        return object(
                "connected",
                null,
                json -> {
                    var reply = connected.reply();
                    if (reply == null) {
                        json.writeStringField("push", "connected");
                    } else {
                        ok(json, reply);
                    }
                    json.writeStringField("connection", connected.connection());
                    json.writeStringField("user", connected.user());
                    json.writeStringField("expiresAt", connected.expiresAt().toString());
                });
    }

    private ByteBuf presence(Update update) {
        return push(
                "presence",
                null,
                json -> {
                    json.writeStringField("channel", update.channel());
                    json.writeNumberField("count", update.count());
                    switch (update) {
                        case Update.Everybody everybody -> {
                            json.writeArrayFieldStart("members");
                            for (var member : everybody.members()) {
                                json.writeStartObject();
                                member(json, member);
                                json.writeEndObject();
                            }
                            json.writeEndArray();
                        }
                        case Update.Changed changed -> {
                            json.writeArrayFieldStart("changes");
                            for (var change : changed.changes()) {
                                json.writeStartObject();
                                json.writeStringField("change", change.kind().word());
                                member(json, change.member());
                                json.writeEndObject();
                            }
                            json.writeEndArray();
                        }
                        case Update.Count ignored -> {}
                    }
                });
    }

    private static void member(JsonGenerator json, Member member) throws IOException {
        json.writeStringField("user", member.user());
        json.writeStringField("name", member.name());
        json.writeStringField("state", member.state().word());
    }

    private ByteBuf refused(Message.Refused refused) {
        return object(
                "error",
                null,
                json -> {
                    var reply = refused.reply();
                    if (reply == null) {
                        json.writeStringField("push", "error");
                    } else {
                        json.writeNumberField("reply", reply);
                        json.writeBooleanField("ok", false);
                    }
                    json.writeObjectFieldStart("error");
                    json.writeStringField("code", refused.code().code());
                    json.writeStringField("message", refused.detail());
                    json.writeBooleanField("retry", refused.code().retry());
                    if (refused.code().retry()) {
                        json.writeNumberField("retryAfter", refused.code().retryAfterMillis());
                    }
                    if (refused.reason() != null) {
                        json.writeStringField("reason", refused.reason().code());
                    }
                    json.writeEndObject();
                });
    }

    private ByteBuf push(String kind, @Nullable String cursor, JsonBytes.Members members) {
        return object(
                kind,
                cursor,
                json -> {
                    json.writeStringField("push", kind);
                    members.write(json);
                });
    }

    private ByteBuf object(String kind, @Nullable String cursor, JsonBytes.Members members) {
        return JsonBytes.object(framing, kind, cursor, ESTIMATE, members);
    }

    private static void ok(JsonGenerator json, long reply) throws IOException {
        json.writeNumberField("reply", reply);
        json.writeBooleanField("ok", true);
    }

    private static void names(JsonGenerator json, List<String> channels) throws IOException {
        json.writeArrayFieldStart("channels");
        for (var channel : channels) {
            json.writeString(channel);
        }
        json.writeEndArray();
    }

    private static @Nullable String text(@Nullable Cursor cursor) {
        return cursor == null ? null : cursor.encode();
    }

    private static void cursor(JsonGenerator json, @Nullable String cursor) throws IOException {
        if (cursor != null) {
            json.writeStringField("cursor", cursor);
        }
    }
}
