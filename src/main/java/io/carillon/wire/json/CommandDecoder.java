package io.carillon.wire.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.carillon.wire.JsonText;

import java.io.IOException;
import java.nio.ByteBuffer;

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
    public static final int MAX_DEPTH = JsonText.MAX_DEPTH;

    private CommandDecoder() {}

    /// @param message one whole message
    /// @return the command, or why there is none
    public static Decoded decode(ByteBuffer message) {
        var text = JsonText.utf8(message);
        if (text == null) {
            return new Decoded.NotText();
        }
        var fields = new CommandFields(text);
        try (var json = JsonText.parser(text)) {
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
