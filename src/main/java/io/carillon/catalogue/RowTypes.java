package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The three types that `carillon.watch` makes of a table, from one entry of `rows`: `created`
/// (key, row), `updated` (key, row, changed), `deleted` (key). A row over the size limit comes
/// as key and `truncated`.
final class RowTypes {
    private final String module;
    private final Map<String, ChannelType> channels;
    private final ObjectNode schemas;

    RowTypes(String module, Map<String, ChannelType> channels, ObjectNode schemas) {
        this.module = module;
        this.channels = channels;
        this.schemas = schemas;
    }

    /// @param entity begins the types' names
    /// @param told `{table, channel, row, key, summary, socketio}`
    List<EventType> of(String entity, JsonNode told) {
        var types = new ArrayList<EventType>();
        for (var change : List.of("created", "updated", "deleted")) {
            types.add(
                    new EventType(
                            entity + "." + change,
                            module,
                            told.path("version").asInt(1),
                            ModuleFile.channels(channels, told),
                            told.path("summary").path(change).asText(summary(entity, change)),
                            false,
                            ModuleFile.text(told, "table"),
                            payload(told, change),
                            example(told, change),
                            ModuleFile.names(told.path("socketio").path(change))));
        }
        return types;
    }

    private static String summary(String entity, String change) {
        return "A row was " + change + ": " + entity + ".";
    }

    private JsonNode payload(JsonNode told, String change) {
        var json = Catalogue.JSON;
        var payload = json.createObjectNode().put("type", "object");
        var properties = payload.putObject("properties");
        properties.set("key", key(told));
        if (!change.equals("deleted")) {
            properties.putObject("row").put("$ref", "#/schemas/" + ModuleFile.text(told, "row"));
            properties.putObject("truncated").put("const", true);
            if (change.equals("updated")) {
                properties
                        .putObject("changed")
                        .put("type", "array")
                        .putObject("items")
                        .put("type", "string");
            }
            var either = payload.putArray("oneOf");
            either.addObject().putArray("required").add("row");
            either.addObject().putArray("required").add("truncated");
        }
        payload.putArray("required").add("key");
        payload.put("additionalProperties", false);
        return payload;
    }

    private ObjectNode key(JsonNode told) {
        var key = Catalogue.JSON.createObjectNode().put("type", "object");
        var properties = key.putObject("properties");
        var required = key.putArray("required");
        for (var column : ModuleFile.required(told, "key")) {
            properties.set(column.asText(), row(told).path("properties").path(column.asText()));
            required.add(column.asText());
        }
        key.put("additionalProperties", false);
        return key;
    }

    private JsonNode row(JsonNode told) {
        return ModuleFile.required(schemas, ModuleFile.text(told, "row"));
    }

    private ObjectNode example(JsonNode told, String change) {
        var row = ModuleFile.required(row(told), "examples").path(0);
        var example = Catalogue.JSON.createObjectNode();
        var key = example.putObject("key");
        for (var column : ModuleFile.required(told, "key")) {
            key.set(column.asText(), row.path(column.asText()));
        }
        if (!change.equals("deleted")) {
            example.set("row", row);
        }
        if (change.equals("updated")) {
            example.set(
                    "changed",
                    told.get("changed") instanceof ArrayNode changed
                            ? changed
                            : Catalogue.JSON.createArrayNode());
        }
        return example;
    }
}
