package io.carillon.wire.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.carillon.connection.Command;
import io.carillon.connection.ErrorCode;
import io.carillon.wire.JsonText;
import io.netty.buffer.ByteBufUtil;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The members of one message as they were read, good or wrong: which of them matter is known when
/// the command is. Used once, by one thread.
final class CommandFields {
    /// The largest integer that JavaScript can hold exactly.
    private static final long MAX_ID = (1L << 53) - 1;

    private static final int MAX_CHANNEL_BYTES = 200;

    private final String text;
    private final Map<String, String> strings = new HashMap<>(8);
    private final Map<String, String> wrong = new HashMap<>(2);
    private @Nullable Long id;
    private @Nullable List<String> channels;
    private Command.Following following = Command.Following.EVENTS;
    private @Nullable String data;

    CommandFields(String text) {
        this.text = text;
    }

    /// Reads a member's value.
    ///
    /// @param name the member's name
    /// @param json stands at the value, afterwards at its end
    void take(String name, JsonParser json) throws IOException {
        switch (name) {
            case "id" -> takeId(json);
            case "command", "token", "cursor", "channel", "type", "state" -> takeString(name, json);
            case "channels" -> takeChannels(json);
            case "presence" -> takePresence(json);
            case "data" -> takeData(json);
            default -> json.skipChildren();
        }
    }

    private void takeId(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getTextLength() <= 16
                && json.getLongValue() >= 0
                && json.getLongValue() <= MAX_ID) {
            id = json.getLongValue();
        }
        json.skipChildren();
    }

    private void takeString(String name, JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING && JsonText.wellFormed(json.getText())) {
            strings.put(name, json.getText());
        } else {
            wrong.put(name, name + " must be a string");
        }
        json.skipChildren();
    }

    private void takeChannels(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            wrong.put("channels", "channels must be an array of names");
            json.skipChildren();
            return;
        }
        var names = new ArrayList<String>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            var name = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
            if (!channelName(name)) {
                wrong.put("channels", NAME_RULE);
            }
            names.add(name);
            json.skipChildren();
        }
        if (names.isEmpty()) {
            wrong.put("channels", "channels must name at least one channel");
        } else if (names.stream().distinct().count() < names.size()) {
            wrong.put("channels", "channels must name each channel once");
        }
        channels = names;
    }

    private void takePresence(JsonParser json) throws IOException {
        switch (json.currentToken()) {
            case VALUE_TRUE -> following = Command.Following.EVENTS_AND_PRESENCE;
            case VALUE_FALSE -> following = Command.Following.EVENTS;
            default -> {
                wrong.put("presence", "presence must be true or false");
                json.skipChildren();
            }
        }
    }

    private static final String NAME_RULE =
            "a channel's name must be a string of 1 to 200 bytes without control characters";

    private static boolean channelName(String name) {
        return !name.isEmpty()
                && JsonText.wellFormed(name)
                && name.chars().noneMatch(Character::isISOControl)
                && ByteBufUtil.utf8Bytes(name) <= MAX_CHANNEL_BYTES;
    }

    private void takeData(JsonParser json) throws IOException {
        var nothing = json.currentToken() == JsonToken.VALUE_NULL;
        var value = JsonText.value(json, text);
        if (value.fault() != null) {
            wrong.put("data", "data has " + value.fault());
        }
        data = nothing ? null : value.text();
    }

    Decoded malformed(String detail) {
        return new Decoded.Refused(id, ErrorCode.MALFORMED, detail);
    }

    /// @return what the members mean together
    Decoded toCommand() {
        var reply = id;
        if (reply == null) {
            return malformed("id must be an integer from 0 to 2^53-1");
        }
        var command = strings.get("command");
        if (command == null) {
            return malformed("command must be a string");
        }
        return switch (command) {
            case "connect" -> withToken(reply, Command.Connect::new);
            case "refresh" -> withToken(reply, Command.Refresh::new);
            case "subscribe" -> subscribe(reply);
            case "unsubscribe" -> unsubscribe(reply);
            case "publish" -> publish(reply);
            case "presence" -> presence(reply);
            case "ping" -> new Decoded.Understood(new Command.Ping(reply));
            default ->
                    new Decoded.Refused(
                            reply,
                            ErrorCode.UNKNOWN_COMMAND,
                            "connect, subscribe, unsubscribe, publish, presence, refresh or ping");
        };
    }

    private interface TokenCommand {
        Command of(long id, String token);
    }

    private Decoded withToken(long reply, TokenCommand command) {
        var token = strings.get("token");
        return token == null
                ? malformed("token must be a string")
                : new Decoded.Understood(command.of(reply, token));
    }

    private Decoded subscribe(long reply) {
        if (wrong.containsKey("cursor")) {
            // Taken for "from now on", a null here would be a hole that nobody sees.
            return malformed("cursor must be a string, or left out to follow from now on");
        }
        if (wrong.containsKey("presence")) {
            return malformed(wrong.getOrDefault("presence", "presence"));
        }
        var names = channels;
        return names == null || wrong.containsKey("channels")
                ? malformed(wrong.getOrDefault("channels", "channels are missing"))
                : new Decoded.Understood(
                        new Command.Subscribe(reply, names, strings.get("cursor"), following));
    }

    private Decoded unsubscribe(long reply) {
        var names = channels;
        return names == null || wrong.containsKey("channels")
                ? malformed(wrong.getOrDefault("channels", "channels are missing"))
                : new Decoded.Understood(new Command.Unsubscribe(reply, names));
    }

    private Decoded presence(long reply) {
        var state = strings.get("state");
        return state == null
                ? malformed("state must be online, away or busy")
                : new Decoded.Understood(new Command.Presence(reply, state));
    }

    private Decoded publish(long reply) {
        var channel = strings.get("channel");
        var type = strings.get("type");
        if (channel == null || !channelName(channel)) {
            return malformed(NAME_RULE);
        }
        if (type == null) {
            return malformed("type must be a string");
        }
        return wrong.containsKey("data")
                ? malformed(wrong.getOrDefault("data", "data"))
                : new Decoded.Understood(new Command.Publish(reply, channel, type, data));
    }
}
