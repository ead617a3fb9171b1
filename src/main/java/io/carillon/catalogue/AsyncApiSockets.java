package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Map;

/// The WebSocket addresses of one module in an AsyncAPI document: what is sent there and what is
/// taken, whole messages. Made for one document.
final class AsyncApiSockets {
    private static final String SERVER = "sockets";

    private final ObjectNode document;
    private final ModuleFile module;

    AsyncApiSockets(ObjectNode document, ModuleFile module) {
        this.document = document;
        this.module = module;
    }

    void add() {
        for (var socket : module.sockets().properties()) {
            server();
            channel(socket);
            messages(socket.getKey(), socket.getValue().path("sends"), "send");
            messages(socket.getKey(), socket.getValue().path("takes"), "receive");
        }
    }

    private void server() {
        ((ObjectNode) document.path("servers"))
                .putObject(SERVER)
                .put("host", "localhost:8080")
                .put("protocol", "ws")
                .put("description", "the same node, for the addresses that name it");
    }

    private void channel(Map.Entry<String, JsonNode> socket) {
        var told =
                ((ObjectNode) document.path("channels"))
                        .putObject(socket.getKey())
                        .put("address", socket.getValue().path("address").asText())
                        .put("title", socket.getKey())
                        .put("description", socket.getValue().path("description").asText());
        told.putArray("servers").addObject().put("$ref", "#/servers/" + SERVER);
        told.set("parameters", socket.getValue().path("parameters"));
        told.put("x-module", module.name());
        told.putObject("messages");
    }

    private void messages(String socket, JsonNode messages, String action) {
        var channel = (ObjectNode) document.path("channels").path(socket).path("messages");
        for (var entry : messages.properties()) {
            var key = AsyncApi.id(socket + "-" + action + "-" + entry.getKey());
            var message =
                    ((ObjectNode) document.path("components").path("messages"))
                            .putObject(key)
                            .put("name", entry.getKey())
                            .put("title", entry.getKey())
                            .put("summary", entry.getValue().path("summary").asText());
            message.set(
                    "payload",
                    References.within(entry.getValue().path("payload"), AsyncApi.COMPONENTS));
            message.putArray("examples")
                    .addObject()
                    .put("name", "example")
                    .set("payload", entry.getValue().path("example"));
            message.put("x-module", module.name());
            channel.putObject(key).put("$ref", "#/components/messages/" + key);
            AsyncApi.operation(
                    (ObjectNode) document.path("operations"),
                    action + "-" + socket,
                    action,
                    socket,
                    key);
        }
    }
}
