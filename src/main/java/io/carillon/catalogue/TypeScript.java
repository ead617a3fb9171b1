package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The catalogue as TypeScript types, for the web client: a type per schema, `CarillonEvents` from
/// type to payload, `EVENT_TYPES` with channel pattern, version and module of each.
public final class TypeScript {
    private static final int WIDTH = 100;
    private static final String HEAD =
            """
            // Made from src/main/resources/catalogue; do not edit.
            // mvn test -Dtest=GeneratedTest -Ddocs=apply writes it.

            """;

    private TypeScript() {}

    /// @param catalogue the source
    /// @return the file's text
    public static String of(Catalogue catalogue) {
        var text = new StringBuilder(HEAD);
        for (var module : catalogue.modules()) {
            module.schemas()
                    .properties()
                    .forEach(schema -> {
                        comment(text, schema.getValue(), "");
                        text.append("export type ")
                                .append(schema.getKey())
                                .append(" = ")
                                .append(type(schema.getValue(), ""))
                                .append(";\n\n");
                    });
        }
        text.append("/** The payload of each event type. */\nexport interface CarillonEvents {\n");
        catalogue.types().stream()
                .filter(type -> !type.family())
                .forEach(type -> {
                    text.append("  /** ").append(type.summary()).append(" */\n");
                    text.append("  ").append(quoted(type.type())).append(": ");
                    text.append(type(type.payload(), "  ")).append(";\n");
                });
        text.append(
                "  /** An event whose payload was not what its type says: read that key again."
                        + " */\n");
        text.append(
                "  'carillon.invalid': { type: string; key?: Record<string, unknown>; reason:"
                        + " string };\n");
        text.append("}\n\n");
        text.append("export type CarillonEventType = keyof CarillonEvents;\n\n");
        table(text, catalogue);
        return text.toString();
    }

    private static void table(StringBuilder text, Catalogue catalogue) {
        text.append(
                "/** Where each type goes, in which version of its payload, and whose it is. */\n");
        text.append("export const EVENT_TYPES = {\n");
        for (var type : catalogue.types()) {
            var channels =
                    type.channels().stream()
                            .map(channel -> quoted(channel.pattern()))
                            .collect(Collectors.joining(", "));
            text.append("  ")
                    .append(quoted(type.type()))
                    .append(": { channels: [")
                    .append(channels);
            text.append("], version: ").append(type.version());
            text.append(", module: ").append(quoted(type.module()));
            text.append(", ephemeral: ").append(type.ephemeral()).append(" },\n");
        }
        text.append("} as const;\n");
    }

    private static void comment(StringBuilder text, JsonNode schema, String indent) {
        if (schema.has("description")) {
            text.append(indent)
                    .append("/** ")
                    .append(schema.get("description").asText())
                    .append(" */\n");
        }
    }

    private static String type(JsonNode schema, String indent) {
        if (schema.has("$ref")) {
            return References.name(schema.get("$ref").asText());
        }
        if (schema.has("const")) {
            return literal(schema.get("const"));
        }
        if (schema.has("enum")) {
            var values = new ArrayList<String>();
            schema.get("enum").forEach(value -> values.add(literal(value)));
            return String.join(" | ", values);
        }
        if (schema.path("type").isArray()) {
            var types = new ArrayList<String>();
            schema.get("type").forEach(one -> types.add(plain(one.asText(), schema, indent)));
            return String.join(" | ", types);
        }
        if (!schema.has("type") && schema.has("oneOf")) {
            var types = new ArrayList<String>();
            schema.get("oneOf").forEach(one -> types.add(type(one, indent)));
            return String.join(" | ", types);
        }
        return schema.has("oneOf")
                ? either(schema, indent)
                : plain(schema.path("type").asText("unknown"), schema, indent);
    }

    private static String plain(String type, JsonNode schema, String indent) {
        return switch (type) {
            case "string", "boolean", "null" -> type;
            case "number", "integer" -> "number";
            case "array" -> {
                var items = type(schema.path("items"), indent);
                yield items.contains(" ") && !items.startsWith("{")
                        ? "(" + items + ")[]"
                        : items + "[]";
            }
            case "object" -> object(schema, required(schema), indent);
            default -> "unknown";
        };
    }

    /// An object of which either these or those members are there.
    private static String either(JsonNode schema, String indent) {
        var alternatives = new ArrayList<String>();
        var optional = new ArrayList<List<String>>();
        schema.get("oneOf").forEach(one -> optional.add(required(one)));
        for (var here : optional) {
            var without =
                    optional.stream().filter(other -> other != here).flatMap(List::stream).toList();
            var needed = new ArrayList<>(required(schema));
            needed.addAll(here);
            var copy = schema.deepCopy();
            ((com.fasterxml.jackson.databind.node.ObjectNode) copy.path("properties"))
                    .remove(without);
            alternatives.add(object(copy, needed, indent));
        }
        return String.join(" | ", alternatives);
    }

    private static String object(JsonNode schema, List<String> required, String indent) {
        var members = new LinkedHashMap<String, String>();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            var name = property.getKey() + (required.contains(property.getKey()) ? "" : "?");
            members.put(name, type(property.getValue(), indent + "  "));
        }
        if (members.isEmpty()) {
            return "Record<string, unknown>";
        }
        if (schema.path("additionalProperties").asBoolean(true) && !schema.has("oneOf")) {
            members.put("[other: string]", "unknown");
        }
        var line =
                members.entrySet().stream()
                        .map(member -> member.getKey() + ": " + member.getValue())
                        .collect(Collectors.joining("; ", "{ ", " }"));
        if (line.length() + indent.length() <= WIDTH - 30 && !line.contains("\n")) {
            return line;
        }
        return members.entrySet().stream()
                .map(member -> indent + "  " + member.getKey() + ": " + member.getValue() + ";\n")
                .collect(Collectors.joining("", "{\n", indent + "}"));
    }

    private static List<String> required(JsonNode schema) {
        var names = new ArrayList<String>();
        schema.path("required").forEach(name -> names.add(name.asText()));
        return names;
    }

    private static String literal(JsonNode value) {
        return value.isTextual() ? quoted(value.asText()) : value.toString();
    }

    private static String quoted(String text) {
        return "'" + text + "'";
    }
}
