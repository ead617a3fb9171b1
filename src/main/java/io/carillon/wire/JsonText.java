package io.carillon.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// How clients' JSON is read, by every wire alike: strictly, within bounds, and where a value is to
/// be handed on, as the text that it is. Keeps nothing between calls, safe for all threads.
public final class JsonText {
    /// How deeply a message may be nested.
    public static final int MAX_DEPTH = 32;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Both would keep what clients sent in tables that all parsers share.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNumberLength(100)
                                    .build())
                    .build();

    private JsonText() {}

    /// @param bytes what a client sent
    /// @return its text, or null when it is no UTF-8
    public static @Nullable String utf8(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(bytes)
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    /// @param text a whole message
    /// @return a parser whose offsets are the text's
    /// @throws IOException never for what a client sent
    public static JsonParser parser(String text) throws IOException {
        return JSON.createParser(text.toCharArray());
    }

    /// A value as it stood in a message.
    ///
    /// @param text its JSON
    /// @param fault why it may not be handed on, or null
    public record Value(String text, @Nullable String fault) {}

    /// Takes a value as it is, after every string and number in it was looked at.
    ///
    /// @param json stands at the value, afterwards at its end
    /// @param text what the parser was made from
    /// @return the value
    /// @throws IOException when the rest is not JSON
    public static Value value(JsonParser json, String text) throws IOException {
        var start = json.currentTokenLocation().getCharOffset();
        String fault = null;
        var depth = 0;
        while (true) {
            var token = json.currentToken();
            if (token == null) {
                throw new IOException("ends within a value");
            } else if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (fault == null) {
                fault = fault(token, json);
            }
            if (depth == 0) {
                break;
            }
            json.nextToken();
        }
        json.finishToken();
        var end = json.currentLocation().getCharOffset();
        return new Value(text.substring((int) start, (int) end), fault);
    }

    private static @Nullable String fault(JsonToken token, JsonParser json) throws IOException {
        if (token.isNumeric()) {
            return Double.isFinite(Double.parseDouble(json.getText()))
                    ? null
                    : "a number that no double can hold";
        }
        return (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)
                        && !wellFormed(json.getText())
                ? "a NUL character or half a surrogate pair"
                : null;
    }

    /// Postgres takes neither NUL nor half a surrogate pair.
    ///
    /// @param string any text
    /// @return whether it has neither
    public static boolean wellFormed(String string) {
        for (var index = 0; index < string.length(); index++) {
            var unit = string.charAt(index);
            if (unit == 0) {
                return false;
            }
            if (Character.isSurrogate(unit)) {
                var paired =
                        Character.isHighSurrogate(unit)
                                && index + 1 < string.length()
                                && Character.isLowSurrogate(string.charAt(index + 1));
                if (!paired) {
                    return false;
                }
                index++;
            }
        }
        return true;
    }
}
