package io.carillon.wire.socketio;

import com.fasterxml.jackson.core.JsonToken;

import io.carillon.identity.Principal;
import io.carillon.wire.JsonText;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Says what a client's event asks for: `src/docs/socketio.md`, "What a client may send". Our own
/// names, and those of the source systems, which are written with a dot or a colon and mean the
/// same. Pure functions; never throws.
public final class ClientEvents {
    private static final Set<String> STATUSES = Set.of("online", "away", "busy");
    private static final String CHANNELS = "send a channel's name, or an array of names";

    private ClientEvents() {}

    /// @param name of the event
    /// @param arguments JSON each
    /// @param who sent it
    /// @return what it asks for
    public static Wish wish(String name, List<String> arguments, Principal who) {
        try {
            return read(name, arguments, who);
        } catch (IOException | RuntimeException unreadable) {
            return new Wish.Malformed("the arguments are not what " + name + " wants");
        }
    }

    private static Wish read(String name, List<String> arguments, Principal who)
            throws IOException {
        return switch (name.replace('.', ':')) {
            case "subscribe", "join" -> subscribe(arguments);
            case "unsubscribe", "leave" -> {
                var channels = names(at(arguments, 0));
                yield channels == null
                        ? new Wish.Malformed(CHANNELS)
                        : new Wish.Unsubscribe(channels);
            }
            case "publish" -> publish(arguments);
            case "refresh" -> {
                var token = JsonFields.string(at(arguments, 0));
                yield token == null
                        ? new Wish.Malformed("send the new token")
                        : new Wish.Refresh(token);
            }
            case "ping" -> new Wish.Ping();
            case "presence:update" -> presence(at(arguments, 0));
            case "typing:start" -> typing("typing.start", at(arguments, 0), who);
            case "typing:stop" -> typing("typing.stop", at(arguments, 0), who);
            case "conversation:join" -> {
                var channel = conversation(at(arguments, 0));
                yield channel == null
                        ? new Wish.Malformed("send {conversationId}")
                        : new Wish.Subscribe(List.of(channel), null);
            }
            case "conversation:leave" -> {
                var channel = conversation(at(arguments, 0));
                yield channel == null
                        ? new Wish.Malformed("send {conversationId}")
                        : new Wish.Unsubscribe(List.of(channel));
            }
            default -> new Wish.Unknown();
        };
    }

    private static String at(List<String> arguments, int index) {
        return index < arguments.size() ? arguments.get(index) : "null";
    }

    private static Wish subscribe(List<String> arguments) throws IOException {
        var channels = names(at(arguments, 0));
        if (channels == null) {
            return new Wish.Malformed(CHANNELS);
        }
        var options = JsonFields.of(at(arguments, 1));
        return new Wish.Subscribe(channels, options.text("cursor"));
    }

    private static Wish publish(List<String> arguments) throws IOException {
        var channel = JsonFields.string(at(arguments, 0));
        var type = JsonFields.string(at(arguments, 1));
        if (channel == null || type == null) {
            return new Wish.Malformed("send channel, type and data");
        }
        var data = at(arguments, 2);
        return new Wish.Publish(channel, type, data.equals("null") ? null : data);
    }

    /// The document's bare text, or an object with it.
    private static Wish presence(String argument) throws IOException {
        var bare = JsonFields.string(argument);
        var status = bare == null ? JsonFields.of(argument).text("status") : bare;
        return status != null && STATUSES.contains(status)
                ? new Wish.Presence(status)
                : new Wish.Malformed("send online, away or busy");
    }

    private static Wish typing(String type, String argument, Principal who) throws IOException {
        var fields = JsonFields.of(argument);
        var chat = fields.id("chatId");
        var conversation = chat == null ? fields.id("conversationId") : null;
        if (chat == null && conversation == null) {
            return new Wish.Malformed("send {chatId} or {conversationId}");
        }
        var key = chat == null ? conversation : chat;
        var data =
                "{\"conversationId\":%s,\"userId\":%s,\"userName\":%s}"
                        .formatted(
                                PacketEncoder.quote(String.valueOf(key)),
                                PacketEncoder.quote(who.user()),
                                PacketEncoder.quote(who.name()));
        return new Wish.Publish("chat:" + key, type, data);
    }

    private static @Nullable String conversation(String argument) throws IOException {
        var bare = JsonFields.string(argument);
        var key = bare == null ? JsonFields.of(argument).id("conversationId") : bare;
        return key == null ? null : "chat:" + key;
    }

    private static @Nullable List<String> names(String argument) throws IOException {
        var one = JsonFields.string(argument);
        if (one != null) {
            return List.of(one);
        }
        var names = new ArrayList<String>();
        try (var json = JsonText.parser(argument)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                return null;
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() != JsonToken.VALUE_STRING) {
                    return null;
                }
                names.add(json.getText());
            }
        }
        return names.isEmpty() ? null : List.copyOf(names);
    }
}
