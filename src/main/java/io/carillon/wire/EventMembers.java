package io.carillon.wire;

import com.fasterxml.jackson.core.JsonGenerator;

import io.carillon.channel.Event;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// The members of an event in JSON, the same in every wire: `src/docs/protocol.md`, "Pushes".
public final class EventMembers {
    private EventMembers() {}

    /// Type, data, actor, correlation id, ref and time; what is absent is left out.
    ///
    /// @param json within an object
    /// @param event whose members
    /// @throws IOException when the generator cannot write
    public static void write(JsonGenerator json, Event event) throws IOException {
        json.writeStringField("type", event.type());
        if (event.data() != null) {
            json.writeFieldName("data");
            json.writeRawValue(oneLine(event.data()));
        }
        optional(json, "actor", event.actor());
        optional(json, "correlationId", event.correlationId());
        optional(json, "ref", event.ref());
        json.writeStringField("at", event.at().toString());
    }

    /// A message is one line on every transport. Within JSON strings line breaks are escaped, so
    /// these stand between tokens.
    ///
    /// @param data a JSON value
    /// @return it on one line
    public static String oneLine(String data) {
        return data.indexOf('\n') < 0 && data.indexOf('\r') < 0
                ? data
                : data.replace('\n', ' ').replace('\r', ' ');
    }

    private static void optional(JsonGenerator json, String name, @Nullable String value)
            throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }
}
