package io.carillon.wire.queue;

import com.fasterxml.jackson.core.JsonToken;

import io.carillon.wire.JsonText;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// What a client of the queue says. Immutable.
public sealed interface Saying {
    /// The longest text of one member.
    int LONGEST = 8 * 1024 + 1;

    /// Who it is. One of the three.
    ///
    /// @param token a JWT
    /// @param ticket a handshake ticket
    /// @param deviceKey a screen's
    record Auth(@Nullable String token, @Nullable String ticket, @Nullable String deviceKey)
            implements Saying {
        /// Without what is secret.
        @Override
        public String toString() {
            return "Auth";
        }
    }

    /// A sign of life, please.
    record Ping() implements Saying {}

    /// The whole queue, please.
    record Look() implements Saying {}

    /// A ticket, please.
    ///
    /// @param service an id
    /// @param key makes a retry safe, or null
    /// @param customer a name, or null
    /// @param ref comes back with the answer, or null
    record Take(
            String service, @Nullable String key, @Nullable String customer, @Nullable String ref)
            implements Saying {}

    /// Nothing of that.
    ///
    /// @param detail what to do, for people
    record Unknown(String detail) implements Saying {}

    /// @param text a message
    /// @return what it says
    static Saying read(String text) {
        if (text.equals("ping")) {
            return new Ping();
        }
        Map<String, String> said;
        try {
            said = members(text);
        } catch (IOException notJson) {
            return new Unknown("a message is a JSON object with a type");
        }
        return switch (said.getOrDefault("type", "")) {
            case "auth", "authenticate" -> auth(said);
            case "ping", "pong", "heartbeat" -> new Ping();
            case "request_queue_update" -> new Look();
            case "take" -> take(said);
            default -> new Unknown("type is auth, ping, request_queue_update or take");
        };
    }

    private static Saying auth(Map<String, String> said) {
        var token = said.get("token");
        var ticket = said.get("ticket");
        var key = said.get("device_key");
        var brought = (token == null ? 0 : 1) + (ticket == null ? 0 : 1) + (key == null ? 0 : 1);
        return brought == 1
                ? new Auth(token, ticket, key)
                : new Unknown("auth brings token, ticket or device_key");
    }

    private static Saying take(Map<String, String> said) {
        var service = said.get("service_id");
        var customer = said.get("customer_name");
        var ref = said.get("ref");
        if (service == null
                || (customer != null && customer.length() > 200)
                || (ref != null && ref.length() > 200)) {
            return new Unknown("take brings service_id, and may bring key, customer_name and ref");
        }
        return new Take(service, said.get("key"), customer, ref);
    }

    /// @return the texts and numbers of an object; what lies deeper is passed over
    private static Map<String, String> members(String text) throws IOException {
        var members = new HashMap<String, String>();
        try (var json = JsonText.parser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                var name = json.currentName();
                var value = json.nextToken();
                if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
                    var said = json.getText();
                    if (said.length() > LONGEST || !JsonText.wellFormed(said)) {
                        throw new IOException("too long, or no text");
                    }
                    members.put(name, said);
                } else {
                    json.skipChildren();
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw new IOException("more than an object");
            }
        }
        return members;
    }
}
