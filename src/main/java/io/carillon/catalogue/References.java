package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/// Schemas name each other by `$ref: '#/schemas/Name'`; each reader keeps them in another place.
final class References {
    private static final String OURS = "#/schemas/";

    private References() {}

    /// @param schema a schema, or a map of them
    /// @param place where the reader keeps named schemas, e.g. `components/schemas`
    /// @return a copy whose references lead there
    @SuppressWarnings("unchecked")
    static <T extends JsonNode> T within(T schema, String place) {
        var copy = schema.deepCopy();
        rewrite(copy, "#/" + place + "/");
        return (T) copy;
    }

    /// @param reference the text of a `$ref`
    /// @return the schema's name
    static String name(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private static void rewrite(JsonNode node, String prefix) {
        if (node instanceof ObjectNode object
                && object.get("$ref") instanceof TextNode reference
                && reference.asText().startsWith(OURS)) {
            object.put("$ref", prefix + name(reference.asText()));
        }
        node.forEach(child -> rewrite(child, prefix));
    }
}
