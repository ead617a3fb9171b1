package io.carillon.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.carillon.auth.ConflatedChannels;
import io.carillon.channel.Event;
import io.carillon.hub.Conflation;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Conflation by the channel rules: finds an event's key in its data. Immutable.
///
/// @param channels the rules' switches
record RuledConflation(ConflatedChannels channels) implements Conflation {
    private static final JsonFactory JSON = new JsonFactory();

    /// Where events of watched tables have the key of their row.
    private static final String ROW_KEY = "key";

    @Override
    public long windowMillis(String channel) {
        var found = channels.of(channel);
        return found == null ? 0 : found.millis();
    }

    @Override
    public String key(Event event) {
        var found = channels.of(event.channel());
        var path = found == null ? null : found.key();
        var value = event.data() == null ? null : at(event.data(), path == null ? ROW_KEY : path);
        // What happened to a row last is its state, whatever it is called; other events are kept
        // apart by their types.
        return path == null && value != null ? value : event.type() + " " + value;
    }

    private static @Nullable String at(String data, String path) {
        try (var json = JSON.createParser(data)) {
            json.nextToken();
            for (var name : path.split("\\.")) {
                if (!find(json, name)) {
                    return null;
                }
            }
            return text(json, data);
        } catch (IOException unreadable) {
            return null;
        }
    }

    /// Goes to the value of a member of the object at hand.
    private static boolean find(JsonParser json, String name) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            var found = json.currentName().equals(name);
            json.nextToken();
            if (found) {
                return true;
            }
            json.skipChildren();
        }
        return false;
    }

    private static String text(JsonParser json, String data) throws IOException {
        if (!json.currentToken().isStructStart()) {
            return json.getText();
        }
        var from = (int) json.currentTokenLocation().getCharOffset();
        json.skipChildren();
        return data.substring(from, (int) json.currentLocation().getCharOffset());
    }
}
