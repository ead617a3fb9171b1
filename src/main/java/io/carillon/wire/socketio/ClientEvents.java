package io.carillon.wire.socketio;

import com.fasterxml.jackson.core.JsonToken;

import io.carillon.catalogue.SocketCommands;
import io.carillon.catalogue.SocketCommands.Doing;
import io.carillon.connection.Command;
import io.carillon.identity.Principal;
import io.carillon.wire.JsonText;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Says what a client's event asks for: `src/docs/socketio.md`, "What a client may send". Our own
/// names, and those of the catalogue, where a dot and a colon mean the same. Immutable; never
/// throws, never blocks.
@Singleton
public final class ClientEvents {
    private static final String CHANNELS = "send a channel's name, or an array of names";

    private final SocketCommands commands;

    /// @param commands of the catalogue
    public ClientEvents(SocketCommands commands) {
        this.commands = commands;
    }

    /// @param name of the event
    /// @param arguments JSON each
    /// @param who sent it
    /// @return what it asks for
    public Wish wish(String name, List<String> arguments, Principal who) {
        try {
            return read(name, arguments, who);
        } catch (IOException | RuntimeException unreadable) {
            return new Wish.Malformed("the arguments are not what " + name + " wants");
        }
    }

    private Wish read(String name, List<String> arguments, Principal who) throws IOException {
        return switch (name) {
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
            default -> {
                var wish = listed(name, arguments, who);
                var other = name.contains(".") ? name.replace('.', ':') : name.replace(':', '.');
                yield wish instanceof Wish.Unknown ? listed(other, arguments, who) : wish;
            }
        };
    }

    private Wish listed(String name, List<String> arguments, Principal who) {
        return switch (commands.of(name, arguments, who.user(), who.name())) {
            case Doing.Subscribe(var channel) ->
                    new Wish.Subscribe(List.of(channel), null, Command.Following.EVENTS);
            case Doing.Unsubscribe(var channel) -> new Wish.Unsubscribe(List.of(channel));
            case Doing.Publish(var channel, var type, var data) ->
                    new Wish.Publish(channel, type, data);
            case Doing.State(var word) -> new Wish.Presence(word);
            case Doing.Unfit(var detail) -> new Wish.Malformed(detail);
            case Doing.Unknown() -> new Wish.Unknown();
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
        return new Wish.Subscribe(
                channels,
                options.text("cursor"),
                options.flag("presence")
                        ? Command.Following.EVENTS_AND_PRESENCE
                        : Command.Following.EVENTS);
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
