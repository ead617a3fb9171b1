package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import static java.lang.Boolean.TRUE;

import io.carillon.conformance.RawWebSocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A page in a browser: follows channels over `/realtime`, keeps its cursor, hears what comes.
final class Page implements AutoCloseable {
    final RawWebSocket client;
    String cursor;
    private String asked = "";

    Page(int port, String token) {
        this(RawWebSocket.open(port, "/realtime"), token);
    }

    /// @return a page for which the network keeps little, however much its machine would
    static Page reluctant(int port, String token) {
        return new Page(RawWebSocket.reluctant(port, "/realtime"), token);
    }

    private Page(RawWebSocket opened, String token) {
        client = opened;
        var reply = client.ask("\"command\":\"connect\",\"token\":\"" + token + "\"");
        assertThat(reply).containsEntry("ok", true);
    }

    /// Asks to follow; the answer is heard like everything else.
    void subscribe(String from, String... channels) {
        var at = from == null ? "" : ",\"cursor\":\"" + from + "\"";
        asked =
                "\"command\":\"subscribe\",\"channels\":[\""
                        + String.join("\",\"", channels)
                        + "\"]"
                        + at;
        client.command(asked);
    }

    Map<String, Object> next() {
        var message = client.next();
        while (message.get("error") instanceof Map<?, ?> error && error.get("retry") == TRUE) {
            // Postgres is still on its way back; as clients do, not before the time that it says.
            var millis = ((Number) error.get("retryAfter")).longValue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
            client.command(asked);
            message = client.next();
        }
        if (message.get("cursor") instanceof String at) {
            cursor = at;
        }
        return message;
    }

    /// @return itself, once the subscription is answered
    Page live() {
        var answer = next();
        assertThat(answer).containsEntry("ok", true);
        return this;
    }

    /// @return the data of so many events, as text; answers to subscriptions are left out
    List<String> hear(int count) {
        var heard = new ArrayList<String>();
        while (heard.size() < count) {
            var message = next();
            if (message.containsKey("reply")) {
                assertThat(message).containsEntry("ok", true);
                continue;
            }
            assertThat(message).as("instead of events").containsEntry("push", "events");
            for (var event : (List<?>) message.get("events")) {
                heard.add(String.valueOf(((Map<?, ?>) event).get("data")));
            }
        }
        return heard;
    }

    /// @return the reason of the reset that comes next, pushed or as a refusal
    String reset() {
        var message = next();
        if (message.get("error") instanceof Map<?, ?> error) {
            assertThat(error.get("code")).isEqualTo("reset");
            return (String) error.get("reason");
        }
        assertThat(message).containsEntry("push", "reset");
        return (String) message.get("reason");
    }

    @Override
    public void close() {
        client.close();
    }
}
