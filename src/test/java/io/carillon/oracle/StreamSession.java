package io.carillon.oracle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `/events` as a stream. The event's id, not the payload, says the cursor, as browsers keep it.
final class StreamSession implements Session {
    private final Line line;
    private final List<String> channels;
    private final ArrayDeque<Map<String, Object>> ready = new ArrayDeque<>();
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private String event = "";
    private String id;

    StreamSession(int port, int receiveBuffer, String token, List<String> channels, String cursor)
            throws IOException {
        this.channels = channels;
        line = new Line(port, receiveBuffer);
        var names = URLEncoder.encode(String.join(",", channels), StandardCharsets.UTF_8);
        var status =
                line.get(
                        "/events?channels=" + names,
                        token,
                        "text/event-stream",
                        "Last-Event-ID: " + cursor + "\r\n");
        if (status != 200) {
            try {
                ready.add(PollSession.refused(status, line.piece(), channels));
            } finally {
                line.close();
            }
        }
    }

    @Override
    public boolean subscribe(List<String> more, String cursor) {
        return false;
    }

    @Override
    public boolean unsubscribe(String channel) {
        return false;
    }

    @Override
    public Map<String, Object> next(int millis) throws IOException {
        while (ready.isEmpty()) {
            if (!line.await(millis)) {
                return null;
            }
            var piece = line.piece();
            if (piece.length == 0) {
                throw new Over("the stream has ended");
            }
            for (var next : piece) {
                if (next == '\n') {
                    line(open.toString(StandardCharsets.UTF_8));
                    open.reset();
                } else {
                    open.write(next);
                }
            }
        }
        return ready.remove();
    }

    private void line(String text) {
        if (text.startsWith("id: ")) {
            id = text.substring(4);
        } else if (text.startsWith("event: ")) {
            event = text.substring(7);
        } else if (text.startsWith("data: ")) {
            told(Json.read(text.substring(6)));
        } else if (text.isEmpty()) {
            event = "";
            id = null;
        }
    }

    private void told(Map<String, Object> message) {
        var told = new HashMap<>(message);
        if (id != null && !id.equals(message.getOrDefault("cursor", id))) {
            throw new IllegalStateException("id " + id + " is not the cursor of " + message);
        }
        if (event.equals("subscribed")) {
            told.put("push", "subscribed");
            told.put("asked", channels);
        } else if (message.get("error") != null) {
            told.put("push", "refused");
            told.putAll(Json.object(message.get("error")));
            told.put("asked", channels);
        }
        ready.add(told);
    }

    @Override
    public void vanish() {
        line.close();
    }
}
