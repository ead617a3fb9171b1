package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The catalogue as an AsyncAPI 3.0 document: channels, messages with payloads and examples, what
/// is sent and what Socket.IO clients may send. Served at `/asyncapi.json`, `/asyncapi.yaml`,
/// browsable at `/asyncapi`.
public final class AsyncApi {
    static final String COMPONENTS = "components/schemas";
    private static final String WIRE =
            "Where it lives: `/realtime` (WebSocket) and `/events` (server-sent events, polling),"
                + " see src/docs/protocol.md. A message here is the `type` and `data` of one event;"
                + " `actor`, `correlationId`, `ref` and `at` stand beside them. Stock Socket.IO"
                + " clients are told the names in `x-socketio`.";

    private AsyncApi() {}

    /// @param catalogue the source
    /// @return the document
    public static ObjectNode of(Catalogue catalogue) {
        var json = Catalogue.JSON;
        var document = json.createObjectNode().put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "Carillon")
                .put("version", "1")
                .put("description", WIRE)
                .putObject("license")
                .put("name", "Apache-2.0");
        document.putObject("servers").set("carillon", server());
        document.put("defaultContentType", "application/json");
        var channels = document.putObject("channels");
        var operations = document.putObject("operations");
        var components = document.putObject("components");
        var schemas = components.putObject("schemas");
        var messages = components.putObject("messages");
        components
                .putObject("securitySchemes")
                .putObject("token")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("bearerFormat", "JWT");
        for (var module : catalogue.modules()) {
            module.channels().forEach(channel -> channels.set(channel.name(), channel(channel)));
            schemas.setAll(References.within(module.schemas(), COMPONENTS));
            for (var type : module.types()) {
                messages.set(id(type.type()), message(type));
                type.channels().forEach(channel -> told(channels, operations, channel, type));
            }
            if (!module.commands().isEmpty()) {
                accepted(module, channels, operations, messages);
            }
            new AsyncApiSockets(document, module).add();
        }
        return document;
    }

    private static ObjectNode server() {
        var server =
                Catalogue.JSON
                        .createObjectNode()
                        .put("host", "localhost:8080")
                        .put("protocol", "ws")
                        .put("pathname", "/realtime")
                        .put("description", "a node in development");
        server.putArray("security").addObject().put("$ref", "#/components/securitySchemes/token");
        return server;
    }

    private static ObjectNode channel(ChannelType channel) {
        var told =
                Catalogue.JSON
                        .createObjectNode()
                        .put("address", channel.pattern())
                        .put("title", channel.name())
                        .put(
                                "description",
                                channel.description() + " Who may see it: " + channel.who() + ".");
        var brace = channel.pattern().indexOf('{');
        if (brace >= 0) {
            var name = channel.pattern().substring(brace + 1, channel.pattern().length() - 1);
            told.putObject("parameters").putObject(name).put("description", parameter(name));
        }
        told.put("x-module", channel.module())
                .put("x-who", channel.who())
                .put("x-join", channel.join());
        told.putObject("messages");
        return told;
    }

    private static String parameter(String name) {
        return switch (name) {
            case "user" -> "the id of the user of the token";
            case "role" -> "a role of the token";
            default -> "which one; membership is checked";
        };
    }

    private static ObjectNode message(EventType type) {
        var message =
                Catalogue.JSON
                        .createObjectNode()
                        .put("name", type.type())
                        .put("title", type.type())
                        .put("summary", type.summary());
        message.set("payload", References.within(type.payload(), COMPONENTS));
        message.putArray("examples")
                .addObject()
                .put("name", "example")
                .set("payload", type.example());
        message.put("x-module", type.module())
                .put("x-version", type.version())
                .put("x-ephemeral", type.ephemeral());
        if (type.table() != null) {
            message.put("x-table", type.table());
        }
        var names = message.putArray("x-socketio");
        for (var name : type.socket()) {
            var told = names.addObject().put("name", name.name()).put("document", name.document());
            var args = told.putArray("args");
            name.args().forEach(args::add);
        }
        return message;
    }

    private static void told(
            ObjectNode channels, ObjectNode operations, ChannelType channel, EventType type) {
        ((ObjectNode) channels.path(channel.name()).path("messages"))
                .putObject(id(type.type()))
                .put("$ref", "#/components/messages/" + id(type.type()));
        operation(operations, "tell-" + channel.name(), "send", channel.name(), type.type());
    }

    static void operation(
            ObjectNode operations, String name, String action, String channel, String message) {
        var key = id(name);
        if (!operations.has(key)) {
            operations
                    .putObject(key)
                    .put("action", action)
                    .putObject("channel")
                    .put("$ref", "#/channels/" + channel);
            ((ObjectNode) operations.get(key)).putArray("messages");
        }
        operations
                .withArray("/" + key + "/messages")
                .addObject()
                .put("$ref", "#/channels/" + channel + "/messages/" + id(message));
    }

    private static void accepted(
            ModuleFile module, ObjectNode channels, ObjectNode operations, ObjectNode messages) {
        var name = module.name() + "-commands";
        var channel =
                Catalogue.JSON
                        .createObjectNode()
                        .put("address", "/socket.io/")
                        .put("title", name)
                        .put(
                                "description",
                                "What Socket.IO clients of the source systems may send.");
        var listed = channel.putObject("messages");
        channels.set(name, channel);
        for (var command : module.commands()) {
            var key = "command-" + id(command.name());
            var message =
                    Catalogue.JSON
                            .createObjectNode()
                            .put("name", command.name())
                            .put("title", command.name())
                            .put("summary", command.summary());
            message.set("payload", payload(command));
            var examples = payload(command).path("examples");
            if (!examples.isEmpty()) {
                var shown = message.putArray("examples");
                examples.forEach(one -> shown.addObject().set("payload", one));
            }
            message.put("x-module", module.name()).put("x-document", command.document());
            messages.set(key, message);
            listed.putObject(key).put("$ref", "#/components/messages/" + key);
            operation(operations, "accept-" + name, "receive", name, key);
        }
    }

    private static JsonNode payload(SocketCommand command) {
        return command.args().isEmpty()
                ? Catalogue.JSON.createObjectNode()
                : References.within(command.args().getFirst(), COMPONENTS);
    }

    /// Keys of components are letters, digits, `.`, `-` and `_`.
    static String id(String name) {
        return name.replace(':', '-').replace("*", "any");
    }
}
