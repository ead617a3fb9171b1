package io.carillon.wire.socketio;

import com.fasterxml.jackson.core.JsonToken;

import io.carillon.wire.JsonText;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The members of one JSON object that are texts, true or arrays of texts; others are passed
/// over. Immutable.
public final class JsonFields {
    private final Map<String, String> texts = new HashMap<>();
    private final Set<String> flags = new HashSet<>();
    private final Map<String, List<String>> lists = new HashMap<>();

    private JsonFields() {}

    /// @param json any value; what is no object has no members
    /// @return its members
    /// @throws IOException when it is not JSON
    public static JsonFields of(String json) throws IOException {
        var fields = new JsonFields();
        try (var parser = JsonText.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return fields;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                switch (parser.nextToken()) {
                    case VALUE_STRING -> fields.texts.put(name, parser.getText());
                    case VALUE_TRUE -> fields.flags.add(name);
                    case START_ARRAY -> {
                        var list = new ArrayList<String>();
                        while (parser.nextToken() != JsonToken.END_ARRAY) {
                            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                                list.add(parser.getText());
                            }
                            parser.skipChildren();
                        }
                        fields.lists.put(name, List.copyOf(list));
                    }
                    case START_OBJECT -> parser.skipChildren();
                    case null, default -> {}
                }
            }
        }
        return fields;
    }

    /// @param json any value
    /// @return the text that it is, or null when it is none
    /// @throws IOException when it is not JSON
    public static @Nullable String string(String json) throws IOException {
        try (var parser = JsonText.parser(json)) {
            return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
        }
    }

    /// @param name of a member
    /// @return the text that it is, or null
    public @Nullable String text(String name) {
        return texts.get(name);
    }

    /// @param name of a member
    /// @return whether it is true
    public boolean flag(String name) {
        return flags.contains(name);
    }

    /// @param name of a member
    /// @return the texts of the array that it is, or null
    public @Nullable List<String> list(String name) {
        return lists.get(name);
    }
}
