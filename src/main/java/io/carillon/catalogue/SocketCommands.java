package io.carillon.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What becomes of what Socket.IO clients of the source systems send: `accepts` of the catalogue.
///
/// `does` of a command says it, with one of `subscribe`, `unsubscribe`, `publish` (then also `type`
/// and `data`) and `state`. In the texts of channels and states `{0.chatId}` stands for a member of
/// the first argument; in `data` a text that is `$0.chatId` does, `$user` for who sends and `$name`
/// for what people call them. Where an argument is a bare text or number, that is meant by any
/// member of it. Arguments are judged by their schemas first.
///
/// Rights are not asked here: what comes of it is carried out as the client's own command. Called
/// by the wire for Socket.IO; immutable, safe for all threads, never blocks.
@Singleton
public final class SocketCommands {
    private static final Pattern PLACE = Pattern.compile("\\{([^}]+)}");

    private final Map<String, Known> known = new HashMap<>();

    /// @param catalogue whose commands
    public SocketCommands(Catalogue catalogue) {
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        for (var module : catalogue.modules()) {
            for (var command : module.commands()) {
                var does = command.does();
                if (does != null) {
                    var judges = command.args().stream().map(registry::getSchema).toList();
                    known.put(command.name(), new Known(command, does, judges));
                }
            }
        }
    }

    private record Known(SocketCommand command, JsonNode does, List<Schema> judges) {}

    /// What a client asks for. Immutable.
    public sealed interface Doing {
        /// Follow a channel.
        record Subscribe(String channel) implements Doing {}

        /// Follow it no longer.
        record Unsubscribe(String channel) implements Doing {}

        /// Tell others something ephemeral.
        ///
        /// @param data JSON
        record Publish(String channel, String type, String data) implements Doing {}

        /// Say how the user is.
        record State(String word) implements Doing {}

        /// The arguments are not what the command wants.
        ///
        /// @param detail for people
        record Unfit(String detail) implements Doing {}

        /// The catalogue has no such command.
        record Unknown() implements Doing {}
    }

    /// @param name of the event that a client sent
    /// @param args JSON texts
    /// @param user who sent it
    /// @param userName what people call the user
    /// @return what it asks for
    public Doing of(String name, List<String> args, String user, String userName) {
        var found = known.get(name);
        if (found == null) {
            return new Doing.Unknown();
        }
        var values = new ArrayList<JsonNode>();
        try {
            for (var arg : args) {
                values.add(Catalogue.JSON.readTree(arg));
            }
        } catch (JsonProcessingException malformed) {
            return new Doing.Unfit("the arguments are not JSON");
        }
        for (var index = 0; index < found.judges.size(); index++) {
            if (index >= values.size()) {
                return new Doing.Unfit(name + " wants " + found.judges.size() + " argument(s)");
            }
            var errors = found.judges.get(index).validate(values.get(index));
            if (!errors.isEmpty()) {
                return new Doing.Unfit(name + ": " + errors.getFirst());
            }
        }
        return new Filling(values, user, userName).doing(found.does);
    }

    /// One command's arguments.
    private record Filling(List<JsonNode> args, String user, String userName) {
        Doing doing(JsonNode does) {
            for (var kind : List.of("subscribe", "unsubscribe", "publish", "state")) {
                if (does.has(kind)) {
                    var text = text(does.path(kind).asText());
                    return text == null
                            ? new Doing.Unfit("something is missing in the arguments")
                            : doing(kind, text, does);
                }
            }
            throw new IllegalStateException("the catalogue says nothing of what to do: " + does);
        }

        private Doing doing(String kind, String text, JsonNode does) {
            return switch (kind) {
                case "subscribe" -> new Doing.Subscribe(text);
                case "unsubscribe" -> new Doing.Unsubscribe(text);
                case "publish" ->
                        new Doing.Publish(
                                text,
                                does.path("type").asText(),
                                value(does.path("data")).toString());
                default -> new Doing.State(text);
            };
        }

        /// @return the text with its places filled, or null when one has nothing
        private @Nullable String text(String template) {
            var places = PLACE.matcher(template);
            var filled = new StringBuilder();
            while (places.find()) {
                var part = part(places.group(1));
                if (!part.isTextual() && !part.isIntegralNumber()) {
                    return null;
                }
                places.appendReplacement(filled, "");
                filled.append(part.asText());
            }
            places.appendTail(filled);
            return filled.toString();
        }

        private JsonNode value(JsonNode template) {
            if (template instanceof ObjectNode object) {
                var filled = Catalogue.JSON.createObjectNode();
                object.properties()
                        .forEach(entry -> {
                            var value = value(entry.getValue());
                            if (!value.isMissingNode()) {
                                filled.set(entry.getKey(), value);
                            }
                        });
                return filled;
            }
            if (template instanceof TextNode text && text.asText().startsWith("$")) {
                var part = part(text.asText().substring(1));
                // Ids are texts everywhere.
                return part.isIntegralNumber() ? TextNode.valueOf(part.asText()) : part;
            }
            return template;
        }

        private JsonNode part(String path) {
            return switch (path) {
                case "user" -> TextNode.valueOf(user);
                case "name" -> TextNode.valueOf(userName);
                default -> {
                    var steps = path.split("\\.", -1);
                    var index = Integer.parseInt(steps[0]);
                    var found = index < args.size() ? args.get(index) : MissingNode.getInstance();
                    for (var step = 1; step < steps.length && !found.isValueNode(); step++) {
                        found = found.path(steps[step]);
                    }
                    yield found;
                }
            };
        }
    }
}
