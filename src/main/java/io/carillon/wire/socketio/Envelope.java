package io.carillon.wire.socketio;

import com.fasterxml.jackson.core.JsonFactory;

import io.carillon.channel.Event;
import io.carillon.wire.EventMembers;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/// An event with everything that is known of it, as one JSON object: the members of `/realtime`'s
/// events, and the channel.
public final class Envelope {
    private static final JsonFactory JSON = new JsonFactory();

    private Envelope() {}

    /// @param event any
    /// @return a JSON object on one line; what is absent is left out
    public static String of(Event event) {
        var data = event.data();
        var text = new StringWriter(256 + (data == null ? 0 : data.length()));
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("id", Long.toString(event.id()));
            json.writeStringField("channel", event.channel());
            EventMembers.write(json, event);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }
}
