package io.carillon.oracle;

import com.nimbusds.jose.util.JSONObjectUtils;

import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads JSON for comparison.
final class Json {
    private Json() {}

    static Map<String, Object> read(String text) {
        try {
            return JSONObjectUtils.parse(text);
        } catch (ParseException malformed) {
            throw new IllegalStateException("not JSON: " + text, malformed);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    /// @return the key of a row as text, the same whatever the order of its members
    static String key(Map<String, Object> members) {
        return new TreeMap<>(members).toString();
    }
}
