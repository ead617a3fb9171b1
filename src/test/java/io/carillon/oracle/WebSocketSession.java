package io.carillon.oracle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `/realtime`.
final class WebSocketSession implements Session {
    private final Line line;
    private final Map<Long, Map<String, Object>> asked = new HashMap<>();
    private long commands;

    WebSocketSession(int port, int receiveBuffer, String token) throws IOException {
        line = new Line(port, receiveBuffer);
        var handshake =
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        // The token in the header: the connection is connected before the first command.
        var status = line.get("/realtime", token, "*/*", handshake);
        if (status != 101) {
            line.close();
            throw new Over("handshake: " + status);
        }
    }

    private long command(String members, Map<String, Object> question) throws IOException {
        var id = ++commands;
        asked.put(id, question);
        frame(0x81, ("{\"id\":" + id + "," + members + "}").getBytes(StandardCharsets.UTF_8));
        return id;
    }

    @Override
    public boolean subscribe(List<String> channels, String cursor) throws IOException {
        command(
                "\"command\":\"subscribe\",\"channels\":[\""
                        + String.join("\",\"", channels)
                        + "\"],\"cursor\":\""
                        + cursor
                        + "\"",
                Map.of("push", "subscribed", "asked", channels));
        return true;
    }

    @Override
    public boolean unsubscribe(String channel) throws IOException {
        command(
                "\"command\":\"unsubscribe\",\"channels\":[\"" + channel + "\"]",
                Map.of("push", "unsubscribed", "asked", List.of(channel)));
        return true;
    }

    private void frame(int first, byte[] payload) throws IOException {
        var frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        line.write(frame.toByteArray());
    }

    @Override
    public Map<String, Object> next(int millis) throws IOException {
        while (line.await(millis)) {
            var opcode = line.read() & 0x0f;
            long length = line.read();
            if (length == 126) {
                length = line.read() << 8 | line.read();
            } else if (length == 127) {
                length = 0;
                for (var index = 0; index < 8; index++) {
                    length = length << 8 | line.read();
                }
            }
            var payload = line.read((int) length);
            switch (opcode) {
                case 1 -> {
                    return told(Json.read(new String(payload, StandardCharsets.UTF_8)));
                }
                case 8 ->
                        throw new Over(
                                "closed with " + ((payload[0] & 0xff) << 8 | payload[1] & 0xff));
                case 9 -> frame(0x8a, payload);
                default -> throw new IllegalStateException("opcode " + opcode);
            }
        }
        return null;
    }

    private Map<String, Object> told(Map<String, Object> message) {
        if (!(message.get("reply") instanceof Long reply)) {
            return message;
        }
        var told = new HashMap<>(asked.remove(reply));
        told.putAll(message);
        if (!Boolean.TRUE.equals(message.get("ok"))) {
            told.put("push", "refused");
            told.putAll(Json.object(message.get("error")));
        }
        return told;
    }

    @Override
    public void vanish() {
        line.close();
    }
}
