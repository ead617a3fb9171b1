package io.carillon.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes maps, lists, numbers and text as JSON; enough for results.
final class Json {
    private Json() {}

    /// @param pairs names and values in turn
    /// @return them as an object, in this order
    static Map<String, Object> object(Object... pairs) {
        var object = new LinkedHashMap<String, Object>();
        for (var index = 0; index < pairs.length; index += 2) {
            object.put((String) pairs[index], pairs[index + 1]);
        }
        return object;
    }

    static String write(Object value) {
        var text = new StringBuilder();
        write(text, value);
        return text.toString();
    }

    private static void write(StringBuilder text, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                text.append('{');
                var separator = "";
                for (var entry : map.entrySet()) {
                    text.append(separator).append('"').append(entry.getKey()).append("\":");
                    write(text, entry.getValue());
                    separator = ",";
                }
                text.append('}');
            }
            case List<?> list -> {
                text.append('[');
                var separator = "";
                for (var item : list) {
                    text.append(separator);
                    write(text, item);
                    separator = ",\n";
                }
                text.append(']');
            }
            case Double number ->
                    text.append(
                            number.isNaN() ? "null" : String.format(Locale.ROOT, "%.3f", number));
            case Number number -> text.append(number);
            case Boolean truth -> text.append(truth);
            default ->
                    text.append('"')
                            .append(
                                    value.toString()
                                            .replace("\\", "\\\\")
                                            .replace("\"", "\\\"")
                                            .replace("\n", "\\n"))
                            .append('"');
        }
    }
}
