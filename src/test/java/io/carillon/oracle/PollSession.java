package io.carillon.oracle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `/events` by polls, one after the other on one connection.
final class PollSession implements Session {
    private final int port;
    private final int receiveBuffer;
    private Line line;
    private boolean used;
    private final String token;
    private final List<String> channels;
    private final ArrayDeque<Map<String, Object>> ready = new ArrayDeque<>();
    private String cursor;

    PollSession(int port, int receiveBuffer, String token, List<String> channels, String cursor)
            throws IOException {
        this.port = port;
        this.receiveBuffer = receiveBuffer;
        this.line = new Line(port, receiveBuffer);
        this.token = token;
        this.channels = channels;
        this.cursor = cursor;
    }

    @Override
    public boolean subscribe(List<String> more, String from) {
        return false;
    }

    @Override
    public boolean unsubscribe(String channel) {
        return false;
    }

    @Override
    public Map<String, Object> next(int millis) throws IOException {
        while (ready.isEmpty()) {
            poll(Math.clamp(millis / 1_000, 0, 2));
            if (ready.isEmpty()) {
                return null;
            }
        }
        return ready.remove();
    }

    private void poll(int wait) throws IOException {
        var names = URLEncoder.encode(String.join(",", channels), StandardCharsets.UTF_8);
        var target = "/events?channels=" + names + "&wait=" + wait + "&cursor=" + cursor;
        var status = ask(target);
        var body = new ByteArrayOutputStream();
        body.writeBytes(line.piece());
        if (status != 200) {
            ready.add(refused(status, body.toByteArray(), channels));
            return;
        }
        var answer = Json.read(body.toString(StandardCharsets.UTF_8));
        for (var message : Json.list(answer.get("messages"))) {
            ready.add(Json.object(message));
        }
        cursor = (String) answer.get("cursor");
        var told = new HashMap<String, Object>();
        told.put("push", "polled");
        told.put("asked", channels);
        told.put("cursor", cursor);
        ready.add(told);
    }

    /// A channel that was used before may have been closed meanwhile: then the question, which
    /// changes nothing, is asked once more on a new one, as every HTTP client does.
    private int ask(String target) throws IOException {
        if (line.lastAnswer()) {
            again();
        }
        try {
            return line.get(target, token, "application/json", "");
        } catch (IOException closed) {
            if (!used || line.answering()) {
                throw closed;
            }
            again();
            return line.get(target, token, "application/json", "");
        } finally {
            used = true;
        }
    }

    private void again() throws IOException {
        line.close();
        line = new Line(port, receiveBuffer);
        used = false;
    }

    /// @return a refusal as a message
    static Map<String, Object> refused(int status, byte[] body, List<String> channels) {
        var told = new HashMap<String, Object>();
        // What stands between may answer too, with a page for people.
        if (body.length > 0 && body[0] == '{') {
            told.putAll(Json.read(new String(body, StandardCharsets.UTF_8)));
        }
        told.put("push", "refused");
        told.put("status", status);
        told.put("asked", channels);
        return told;
    }

    @Override
    public void vanish() {
        line.close();
    }
}
