package io.carillon.transport.socketio;

import static io.carillon.wire.socketio.PacketEncoder.quote;

import io.carillon.channel.ResetReason;
import io.carillon.connection.Disconnect;
import io.carillon.connection.Message;
import io.carillon.presence.Change;
import io.carillon.presence.Member;
import io.carillon.presence.Update;
import io.carillon.wire.socketio.PacketEncoder;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.Collectors;

/// The JSON of answers and of our own events: `src/docs/socketio.md`, "Acks". Pure functions.
final class Replies {
    static final String OK = "{\"ok\":true}";

    private Replies() {}

    static String subscribed(List<String> channels, String cursor) {
        return "{\"ok\":true,\"channels\":"
                + names(channels)
                + ",\"cursor\":"
                + quote(cursor)
                + "}";
    }

    static String connected(Message.Connected connected) {
        return "{\"ok\":true,\"user\":%s,\"expiresAt\":%s}"
                .formatted(quote(connected.user()), quote(connected.expiresAt().toString()));
    }

    static String pong(@Nullable String cursor) {
        return cursor == null ? OK : "{\"ok\":true,\"cursor\":" + quote(cursor) + "}";
    }

    static String refused(Message.Refused refused) {
        return "{\"ok\":false,\"error\":" + error(refused) + "}";
    }

    static String error(Message.Refused refused) {
        var code = refused.code();
        var reason = refused.reason();
        return "{\"code\":%s,\"message\":%s,\"retry\":%s%s}"
                .formatted(
                        quote(code.code()),
                        quote(refused.detail()),
                        code.retry(),
                        reason == null ? "" : ",\"reason\":" + quote(reason.code()));
    }

    static String failed(String event, Message.Refused refused) {
        return "{\"event\":" + quote(event) + ",\"error\":" + error(refused) + "}";
    }

    static String reset(List<String> channels, ResetReason reason) {
        return "{\"channels\":" + names(channels) + ",\"reason\":" + quote(reason.code()) + "}";
    }

    static String ended(List<String> channels) {
        return "{\"channels\":" + names(channels) + "}";
    }

    static String presence(Update update) {
        var said = "{\"channel\":" + quote(update.channel()) + ",\"count\":" + update.count();
        return switch (update) {
            case Update.Everybody everybody ->
                    said
                            + everybody.members().stream()
                                    .map(one -> "{" + member(one) + "}")
                                    .collect(Collectors.joining(",", ",\"members\":[", "]}"));
            case Update.Changed changed ->
                    said
                            + changed.changes().stream()
                                    .map(Replies::change)
                                    .collect(Collectors.joining(",", ",\"changes\":[", "]}"));
            case Update.Count ignored -> said + "}";
        };
    }

    private static String change(Change change) {
        return "{\"change\":" + quote(change.kind().word()) + "," + member(change.member()) + "}";
    }

    private static String member(Member member) {
        return "\"user\":%s,\"name\":%s,\"state\":%s"
                .formatted(
                        quote(member.user()), quote(member.name()), quote(member.state().word()));
    }

    static String closed(Disconnect reason) {
        return "{\"code\":" + reason.number() + ",\"reason\":" + quote(reason.reason()) + "}";
    }

    private static String names(List<String> channels) {
        return channels.stream()
                .map(PacketEncoder::quote)
                .collect(Collectors.joining(",", "[", "]"));
    }
}
