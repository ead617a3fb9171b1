package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What of a row's schema SQL can check: lengths, ranges, lists of values. The migration that makes
/// the table writes them as constraints `catalogue_<column>`; a test compares.
///
/// Types and nulls are the columns' own. What SQL cannot say (formats, members of JSON) is found on
/// the way out ([Inspection]).
public final class SqlChecks {
    private SqlChecks() {}

    /// @param row schema of a row
    /// @param schemas all named schemas of the module, for references
    /// @return column → condition, in the order of the schema
    public static Map<String, String> of(JsonNode row, JsonNode schemas) {
        var checks = new LinkedHashMap<String, String>();
        row.path("properties")
                .properties()
                .forEach(entry -> {
                    var condition = condition(entry.getKey(), resolved(entry.getValue(), schemas));
                    if (!condition.isEmpty()) {
                        checks.put(entry.getKey(), condition);
                    }
                });
        return checks;
    }

    private static JsonNode resolved(JsonNode schema, JsonNode schemas) {
        return schema.has("$ref")
                ? schemas.path(References.name(schema.get("$ref").asText()))
                : schema;
    }

    private static String condition(String column, JsonNode schema) {
        if (schema.has("enum")) {
            var values = new ArrayList<String>();
            schema.get("enum")
                    .forEach(value -> {
                        if (!value.isNull()) {
                            values.add("'" + value.asText().replace("'", "''") + "'");
                        }
                    });
            return column + " in (" + String.join(", ", values) + ")";
        }
        return schema.has("maxLength") || schema.has("minLength")
                ? range("char_length(" + column + ")", schema, "minLength", "maxLength")
                : range(column, schema, "minimum", "maximum");
    }

    private static String range(String what, JsonNode schema, String least, String most) {
        var bounds = new ArrayList<String>(List.of());
        if (schema.has(least) && schema.has(most)) {
            return what + " between " + schema.get(least) + " and " + schema.get(most);
        }
        if (schema.has(least)) {
            bounds.add(what + " >= " + schema.get(least));
        }
        if (schema.has(most)) {
            bounds.add(what + " <= " + schema.get(most));
        }
        return String.join("", bounds);
    }
}
