package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;

/// What the compiler makes of the controllers, tidied: who asks is no part of a body, bodies have
/// short names, every operation may answer with a problem, creates and edits have their headers,
/// what may be anything is not told as an object.
final class RestDocumentTidied {
    private static final String SCHEMAS = "#/components/schemas/";

    private static final String OBJECT = "{\"type\":\"object\"}";

    private final ObjectNode document;

    private RestDocumentTidied(ObjectNode document) {
        this.document = document;
    }

    /// @param compiled the compiler's document
    /// @return another one
    static ObjectNode of(JsonNode compiled)
            throws com.fasterxml.jackson.core.JsonProcessingException {
        var named =
                compiled.toString()
                        .replaceAll("\\b(\\w+)Controller\\.(\\w+)\\b", "$1$2")
                        .replace("\\\\`", "`");
        var tidied = new RestDocumentTidied((ObjectNode) Catalogue.JSON.readTree(named));
        tidied.tidy();
        return tidied.document;
    }

    private void tidy() {
        document.withObject("/components/schemas").remove(java.util.List.of("Principal", "Writer"));
        var problem =
                document.withObject("/components/responses/Problem")
                        .put("description", "What went wrong, with a code.");
        var schema =
                problem.withObject("/content")
                        .putObject("application/problem+json")
                        .putObject("schema");
        schema.put("type", "object");
        var properties = schema.putObject("properties");
        for (var name : new String[] {"type", "title", "detail", "code"}) {
            properties.putObject(name).put("type", "string");
        }
        properties.putObject("status").put("type", "integer");
        properties
                .putObject("errors")
                .put("type", "array")
                .putObject("items")
                .put("type", "object");
        // The example of a body is told of its members, too.
        for (var named : document.path("components").path("schemas").properties()) {
            if (named.getValue().has("example")) {
                named.getValue()
                        .path("properties")
                        .forEach(member -> ((ObjectNode) member).remove("example"));
            }
        }
        anything(document.path("components"));
        for (var path : document.path("paths").properties()) {
            for (var verb : path.getValue().properties()) {
                operation(path.getKey(), verb.getKey(), (ObjectNode) verb.getValue());
            }
        }
    }

    /// Members of any kind are told as objects.
    private static void anything(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.path("additionalProperties").toString().equals(OBJECT)) {
            object.put("additionalProperties", true);
        }
        schema.forEach(RestDocumentTidied::anything);
    }

    private void operation(String path, String verb, ObjectNode operation) {
        body(operation);
        if (operation.get("parameters") instanceof ArrayNode parameters) {
            for (var index = parameters.size() - 1; index >= 0; index--) {
                if (asker(parameters.get(index).path("schema"))) {
                    parameters.remove(index);
                }
            }
        }
        var answers = (ObjectNode) operation.get("responses");
        answers.properties()
                .forEach(answer -> {
                    var told = (ObjectNode) answer.getValue();
                    told.put("description", word(answer.getKey()));
                    if (answer.getKey().equals("204")) {
                        told.remove("content");
                    }
                });
        if (path.startsWith("/api/")) {
            answers.putObject("default").put("$ref", "#/components/responses/Problem");
            if (operation.has("tags") && answers.has("201")) {
                header(operation, "Idempotency-Key", "makes a retry safe", false);
            }
            if (operation.has("tags") && verb.equals("patch")) {
                header(operation, "If-Match", "the ETag of the read: which version was seen", true);
            }
        }
    }

    private static String word(String status) {
        return switch (status) {
            case "201" -> "Created.";
            case "204" -> "Done.";
            default -> "So it is.";
        };
    }

    private static void header(ObjectNode operation, String name, String about, boolean required) {
        operation
                .withArray("/parameters")
                .addObject()
                .put("name", name)
                .put("in", "header")
                .put("description", about)
                .put("required", required)
                .putObject("schema")
                .put("type", "string");
    }

    /// A body beside a principal comes as `allOf` the body and an object of the others; without one
    /// as an object of the others alone.
    private static void body(ObjectNode operation) {
        var media = operation.path("requestBody").path("content").path("application/json");
        if (!(media.path("schema") instanceof ObjectNode schema)) {
            return;
        }
        var bodies = new ArrayList<JsonNode>();
        schema.path("allOf")
                .forEach(part -> {
                    if (part.has("$ref")) {
                        bodies.add(part);
                    }
                });
        if (bodies.size() == 1) {
            ((ObjectNode) media).set("schema", bodies.getFirst());
        } else if (!schema.path("properties").isEmpty()
                && schema.path("properties").valueStream().allMatch(RestDocumentTidied::asker)) {
            operation.remove("requestBody");
        }
    }

    private static boolean asker(JsonNode schema) {
        var name = schema.path("$ref").asText();
        return name.equals(SCHEMAS + "Principal") || name.equals(SCHEMAS + "Writer");
    }
}
