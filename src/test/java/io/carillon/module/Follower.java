package io.carillon.module;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.util.JSONObjectUtils;

import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// A client of `/realtime` that hears events one by one.
public final class Follower implements AutoCloseable {
    private final RawWebSocket client;
    private final Queue<Heard> ready = new ArrayDeque<>();

    /// An event as the wire tells it.
    public record Heard(String channel, String type, JsonNode data, JsonNode whole) {
        public String text(String member) {
            return whole.path(member).asText();
        }
    }

    Follower(TestNode node, String token, @Nullable String cursor, String... channels) {
        if (cursor == null) {
            // Otherwise what was committed a moment before may be told too.
            node.awaitSeen();
        }
        client = RawWebSocket.connected(node, token);
        var at = cursor == null ? "" : ",\"cursor\":\"" + cursor + "\"";
        client.command(
                "\"command\":\"subscribe\",\"channels\":[\""
                        + String.join("\",\"", channels)
                        + "\"]"
                        + at);
        Map<String, Object> message;
        do {
            message = client.next();
            take(message);
        } while (!message.containsKey("reply"));
        assertThat(message).containsEntry("ok", true);
    }

    private void take(Map<String, Object> message) {
        if (!(message.get("events") instanceof List<?> events)) {
            return;
        }
        for (var event : events) {
            var whole =
                    Person.json(JSONObjectUtils.toJSONString(Map.of("event", event))).get("event");
            ready.add(
                    new Heard(
                            (String) message.get("channel"),
                            whole.path("type").asText(),
                            whole.path("data"),
                            whole));
        }
    }

    /// @return the next event; whoever waits in vain fails after 20 s
    public Heard next() {
        while (ready.isEmpty()) {
            take(client.next());
        }
        return ready.remove();
    }

    /// @return the next event, which is of this type
    public Heard next(String type) {
        var heard = next();
        assertThat(heard.type()).as(heard.whole().toString()).isEqualTo(type);
        return heard;
    }

    public List<Heard> hear(int count) {
        var heard = new ArrayList<Heard>();
        while (heard.size() < count) {
            heard.add(next());
        }
        return heard;
    }

    /// @return everything up to and without the first event of this type
    public List<Heard> until(String type) {
        var heard = new ArrayList<Heard>();
        for (var next = next(); !next.type().equals(type); next = next()) {
            heard.add(next);
        }
        return heard;
    }

    @Override
    public void close() {
        client.close();
    }
}
