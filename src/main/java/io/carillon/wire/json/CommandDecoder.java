package io.carillon.wire.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Reads a client's message: bytes → command, or why not.
///
/// Strict, for what is let through here reaches Postgres and other clients: UTF-8, one object and
/// nothing after it, no member twice, at most [#MAX_DEPTH] levels, names and values of the right
/// type, no NUL and no half surrogate pair in any string, numbers that a double can hold. Members
/// that a command does not know are ignored.
///
/// Never throws, keeps nothing between calls, safe for all threads. The transport bounds the size.
public final class CommandDecoder {
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

    private CommandDecoder() {}

    /// @param message one whole message
    /// @return the command, or why there is none
    public static Decoded decode(ByteBuffer message) {
        String text;
        try {
            text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(message)
                            .toString();
        } catch (CharacterCodingException notText) {
            return new Decoded.NotText();
        }
        var fields = new CommandFields(text);
        try (var json = JSON.createParser(text.toCharArray())) {
            return read(json, fields);
        } catch (IOException | RuntimeException notJson) {
            return fields.malformed("this is not JSON as the protocol wants it");
        }
    }

    private static Decoded read(JsonParser json, CommandFields fields) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return fields.malformed("send one JSON object");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            var name = json.currentName();
            json.nextToken();
            fields.take(name, json);
        }
        if (json.nextToken() != null) {
            return fields.malformed("send one JSON object in each message");
        }
        return fields.toCommand();
    }
}
