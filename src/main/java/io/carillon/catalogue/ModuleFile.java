package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One file of `src/main/resources/catalogue`, read. Immutable.
///
/// @param name of the module
/// @param title for people
/// @param description what the module is for
/// @param channels its channels
/// @param schemas its named JSON Schemas
/// @param types its event types, those of watched rows first
/// @param commands what Socket.IO clients may send to it
/// @param sockets WebSocket addresses of its own, in the file's words
public record ModuleFile(
        String name,
        String title,
        String description,
        List<ChannelType> channels,
        ObjectNode schemas,
        List<EventType> types,
        List<SocketCommand> commands,
        ObjectNode sockets) {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    public ModuleFile {
        channels = List.copyOf(channels);
        types = List.copyOf(types);
        commands = List.copyOf(commands);
    }

    /// @return the files that `index.yaml` names, in its order
    static List<ModuleFile> all() {
        var files = new ArrayList<ModuleFile>();
        for (var module : tree("index").path("modules")) {
            files.add(of(tree(module.asText())));
        }
        return files;
    }

    /// @param tree a file's content
    static ModuleFile of(JsonNode tree) {
        var module = text(tree, "module");
        var channels = new LinkedHashMap<String, ChannelType>();
        tree.path("channels")
                .properties()
                .forEach(entry -> channels.put(entry.getKey(), channel(module, entry)));
        var schemas = object(tree, "schemas");
        var types = new ArrayList<EventType>();
        tree.path("rows")
                .properties()
                .forEach(entry ->
                        types.addAll(
                                new RowTypes(module, channels, schemas)
                                        .of(entry.getKey(), entry.getValue())));
        tree.path("events").properties().forEach(entry -> types.add(type(module, channels, entry)));
        var commands = new ArrayList<SocketCommand>();
        tree.path("accepts").properties().forEach(entry -> commands.add(command(module, entry)));
        return new ModuleFile(
                module,
                text(tree, "title"),
                text(tree, "description"),
                List.copyOf(channels.values()),
                schemas,
                types,
                commands,
                object(tree, "sockets"));
    }

    private static ObjectNode object(JsonNode tree, String member) {
        return tree.get(member) instanceof ObjectNode named
                ? named
                : Catalogue.JSON.createObjectNode();
    }

    private static JsonNode tree(String name) {
        var resource = "/catalogue/" + name + ".yaml";
        try (var stream = ModuleFile.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return YAML.readTree(stream);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(resource, unreadable);
        }
    }

    private static ChannelType channel(String module, Map.Entry<String, JsonNode> entry) {
        var told = entry.getValue();
        return new ChannelType(
                entry.getKey(),
                told.path("pattern").asText(entry.getKey()),
                module,
                text(told, "who"),
                text(told, "description"),
                told.path("join").asBoolean(false));
    }

    private static EventType type(
            String module, Map<String, ChannelType> channels, Map.Entry<String, JsonNode> entry) {
        var told = entry.getValue();
        return new EventType(
                entry.getKey(),
                module,
                told.path("version").asInt(1),
                channels(channels, told),
                text(told, "summary"),
                told.path("ephemeral").asBoolean(false),
                null,
                required(told, "payload"),
                required(told, "example"),
                names(told.path("socketio")));
    }

    /// @param told with `channel`: a name, or a list of names
    static List<ChannelType> channels(Map<String, ChannelType> channels, JsonNode told) {
        var named = required(told, "channel");
        var found = new ArrayList<ChannelType>();
        for (var name : named.isArray() ? list(named) : List.of(named)) {
            var channel = channels.get(name.asText());
            if (channel == null) {
                throw new IllegalStateException("the catalogue has no channel " + name);
            }
            found.add(channel);
        }
        return found;
    }

    private static SocketCommand command(String module, Map.Entry<String, JsonNode> entry) {
        var told = entry.getValue();
        return new SocketCommand(
                entry.getKey(),
                module,
                text(told, "document"),
                text(told, "summary"),
                list(told.path("args")),
                told.get("does"));
    }

    /// @param told a list of `{name, document, args}`
    static List<SocketName> names(JsonNode told) {
        var names = new ArrayList<SocketName>();
        for (var one : told) {
            names.add(
                    new SocketName(
                            text(one, "name"), text(one, "document"), list(one.path("args"))));
        }
        return names;
    }

    private static List<JsonNode> list(JsonNode array) {
        var nodes = new ArrayList<JsonNode>();
        array.forEach(nodes::add);
        return nodes;
    }

    static String text(JsonNode tree, String name) {
        return required(tree, name).asText();
    }

    static JsonNode required(JsonNode tree, String name) {
        var value = tree.get(name);
        if (value == null) {
            throw new IllegalStateException("the catalogue lacks " + name + " in " + tree);
        }
        return value;
    }
}
