package io.carillon.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import io.carillon.channel.Event;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What Socket.IO clients of the source systems are told of an event: names and arguments as their
/// documents write them.
///
/// In an argument of the catalogue a text that begins with `$` stands for a part of the event:
///
/// | | |
/// |---|---|
/// | `$data`, `$data.a.b` | the payload, or a part of it, as it is |
/// | `$camel`, `$camel.a` | the payload; names of members become camelCase |
/// | `$row`, `$row.a` | the row of a watched table; names of members become camelCase |
/// | `$key` | its key, likewise |
/// | `$partial` | key and changed members, likewise: a partial update |
/// | `$type`, `$at`, `$actor`, `$channel` | of the event |
/// | `$channelKey` | what follows the first colon of the channel |
/// | `$envelope` | the whole, see [Envelope] |
///
/// A part that is not there is left out of an object. Called by the wire for Socket.IO; immutable,
/// safe for all threads.
@Singleton
public final class SocketEvents {
    private final Catalogue catalogue;

    public SocketEvents(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /// @param name of the Socket.IO event
    /// @param args JSON texts, one per argument
    public record Told(String name, List<String> args) {
        public Told {
            args = List.copyOf(args);
        }
    }

    /// @param event any event
    /// @return under which names it is told, in the order of the catalogue; none when the catalogue
    ///     does not know the type
    public List<Told> of(Event event) {
        var type = catalogue.find(event.channel(), event.type());
        if (type == null) {
            return List.of();
        }
        var data = data(event);
        var told = new ArrayList<Told>();
        for (var name : type.socket()) {
            var args = name.args().stream().map(arg -> value(arg, event, type, data).toString());
            told.add(new Told(name.name().replace("$type", event.type()), args.toList()));
        }
        return told;
    }

    /// @param event any event, of the catalogue or of a user's own
    /// @return its [Envelope], as JSON on one line
    public String envelope(Event event) {
        return Envelope.of(event, catalogue.find(event.channel(), event.type()), data(event))
                .toString();
    }

    private static JsonNode data(Event event) {
        try {
            return event.data() == null ? NullNode.instance : Catalogue.JSON.readTree(event.data());
        } catch (JsonProcessingException malformed) {
            return NullNode.instance;
        }
    }

    private JsonNode value(JsonNode template, Event event, EventType type, JsonNode data) {
        if (template instanceof ObjectNode object) {
            var filled = Catalogue.JSON.createObjectNode();
            object.properties()
                    .forEach(entry -> {
                        var value = value(entry.getValue(), event, type, data);
                        if (!value.isMissingNode()) {
                            filled.set(entry.getKey(), value);
                        }
                    });
            return filled;
        }
        return template instanceof TextNode text && text.asText().startsWith("$")
                ? part(text.asText().substring(1), event, type, data)
                : template;
    }

    private static JsonNode part(String path, Event event, EventType type, JsonNode data) {
        var dot = path.indexOf('.');
        var head = dot < 0 ? path : path.substring(0, dot);
        var found =
                switch (head) {
                    case "data" -> data;
                    case "camel" -> camel(data);
                    case "row" -> camel(data.has("row") ? data.path("row") : data.path("key"));
                    case "key" -> camel(data.path("key"));
                    case "partial" -> partial(data);
                    case "envelope" -> Envelope.of(event, type, data);
                    default -> text(attribute(head, event));
                };
        if (dot < 0) {
            return found;
        }
        var below = found;
        for (var step : path.substring(dot + 1).split("\\.", -1)) {
            below = below.path(step);
        }
        return below;
    }

    private static @Nullable String attribute(String name, Event event) {
        return switch (name) {
            case "type" -> event.type();
            case "at" -> event.at().toString();
            case "actor" -> event.actor();
            case "channel" -> event.channel();
            case "channelKey" -> event.channel().substring(event.channel().indexOf(':') + 1);
            default -> throw new IllegalStateException("the catalogue asks for $" + name);
        };
    }

    private static JsonNode text(@Nullable String value) {
        return value == null ? MissingNode.getInstance() : TextNode.valueOf(value);
    }

    private static JsonNode partial(JsonNode data) {
        var partial = Catalogue.JSON.createObjectNode();
        partial.setAll((ObjectNode) data.path("key").deepCopy());
        for (var name : data.path("changed")) {
            if (data.path("row").has(name.asText())) {
                partial.set(name.asText(), data.path("row").get(name.asText()));
            }
        }
        return camel(partial);
    }

    private static JsonNode camel(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        var renamed = Catalogue.JSON.createObjectNode();
        object.properties().forEach(entry -> renamed.set(camel(entry.getKey()), entry.getValue()));
        return renamed;
    }

    /// @param name in snake_case
    /// @return in camelCase
    static String camel(String name) {
        var result = new StringBuilder();
        for (var part : name.split("_", -1)) {
            result.append(
                    result.isEmpty() || part.isEmpty()
                            ? part
                            : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        return result.toString();
    }
}
