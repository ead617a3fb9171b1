package io.carillon.conformance;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The three ways to follow channels, behind one face, so that one suite of behaviours runs over
/// all of them.
enum Transport {
    WEBSOCKET {
        @Override
        Follower follow(
                TestNode node, String token, List<String> channels, @Nullable String cursor) {
            return new WebSocketFollower(node, token, channels, cursor);
        }
    },
    SSE {
        @Override
        Follower follow(
                TestNode node, String token, List<String> channels, @Nullable String cursor) {
            return new SseFollower(node, token, channels, cursor);
        }
    },
    POLLING {
        @Override
        Follower follow(
                TestNode node, String token, List<String> channels, @Nullable String cursor) {
            return new PollFollower(node, token, channels, cursor);
        }
    };

    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// @param cursor where to go on from, or null for from now on
    abstract Follower follow(
            TestNode node, String token, List<String> channels, @Nullable String cursor);

    /// A client that follows channels. Messages are the pushes of the protocol; the answer to the
    /// subscription is told as `subscribed` or `refused`.
    abstract static class Follower implements AutoCloseable {
        /// The cursor to come back with.
        @Nullable String cursor;

        abstract Map<String, Object> next();

        /// @return the next message that is of this kind; signs of life are left out
        Map<String, Object> expect(String kind) {
            var message = next();
            while ("ping".equals(message.get("push"))) {
                message = next();
            }
            if (!kind.equals(message.get("push"))) {
                throw new AssertionError("expected " + kind + " but got " + message);
            }
            return message;
        }

        Follower subscribed() {
            expect("subscribed");
            return this;
        }

        /// @return the `data` of as many events, in the order in which they came
        List<Object> events(int count) {
            var data = new ArrayList<>();
            while (data.size() < count) {
                var message = next();
                switch ((String) message.get("push")) {
                    case "events", "ephemeral" -> data.addAll(data(message));
                    case "subscribed", "ping" -> {}
                    default -> throw new AssertionError("expected events but got " + message);
                }
            }
            return data;
        }

        /// Reads until the server says good-bye; everything before is left out.
        ///
        /// @return the close code, or the status of a poll's refusal
        abstract int farewell();

        static List<Object> data(Map<String, Object> push) {
            return ((List<?>) push.get("events"))
                    .stream()
                            .map(event -> ((Map<?, ?>) event).get("data"))
                            .map(Object.class::cast)
                            .toList();
        }

        @Override
        public abstract void close();
    }

    private static Map<String, Object> answered(@Nullable Object cursor) {
        return Map.of("push", "subscribed", "cursor", cursor == null ? "" : cursor);
    }

    private static Map<String, Object> refused(Map<?, ?> error) {
        var reason = error.get("reason");
        return Map.of(
                "push",
                "refused",
                "code",
                String.valueOf(error.get("code")),
                "reason",
                reason == null ? "" : reason);
    }

    private static final class WebSocketFollower extends Follower {
        private final RawWebSocket client;

        WebSocketFollower(
                TestNode node, String token, List<String> channels, @Nullable String from) {
            client = RawWebSocket.connected(node, token);
            var names = "[\"" + String.join("\",\"", channels) + "\"]";
            var at = from == null ? "" : ",\"cursor\":\"" + from + "\"";
            client.command("\"command\":\"subscribe\",\"channels\":" + names + at);
        }

        @Override
        Map<String, Object> next() {
            var message = client.nextOrPing();
            if (message.containsKey("reply")) {
                if (!Boolean.TRUE.equals(message.get("ok"))) {
                    return refused((Map<?, ?>) message.get("error"));
                }
                cursor = (String) message.get("cursor");
                return answered(cursor);
            }
            if (message.get("cursor") instanceof String at) {
                cursor = at;
            }
            return message;
        }

        @Override
        int farewell() {
            return client.closed();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static HttpRequest.Builder request(
            TestNode node, String token, List<String> channels, String more) {
        var names = URLEncoder.encode(String.join(",", channels), StandardCharsets.UTF_8);
        var address = "http://localhost:" + node.port() + "/events?channels=" + names + more;
        return HttpRequest.newBuilder(URI.create(address))
                .header("Authorization", "Bearer " + token);
    }

    private static final class SseFollower extends Follower {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        SseFollower(TestNode node, String token, List<String> channels, @Nullable String from) {
            var request = request(node, token, channels, "").header("Accept", "text/event-stream");
            if (from != null) {
                request.header("Last-Event-ID", from);
            }
            response = send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            lines =
                    new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        @Override
        Map<String, Object> next() {
            try {
                if (response.statusCode() != 200) {
                    return refused(RawWebSocket.json(lines.readLine()));
                }
                var event = "";
                while (true) {
                    var line = lines.readLine();
                    if (line == null) {
                        return Map.of("push", "end");
                    }
                    if (line.startsWith("id: ")) {
                        cursor = line.substring(4);
                    } else if (line.startsWith("event: ")) {
                        event = line.substring(7);
                    } else if (line.startsWith("data: ")) {
                        var message = RawWebSocket.json(line.substring(6));
                        return event.equals("subscribed")
                                ? answered(message.get("cursor"))
                                : message.containsKey("reply")
                                        ? refused((Map<?, ?>) message.get("error"))
                                        : message;
                    }
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        int farewell() {
            while (true) {
                var message = next();
                switch ((String) message.get("push")) {
                    case "closed" -> {
                        return ((Number) message.get("code")).intValue();
                    }
                    case "end" -> {
                        return 0;
                    }
                    default -> {}
                }
            }
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private static final class PollFollower extends Follower {
        private final TestNode node;
        private final String token;
        private final List<String> channels;
        private final ArrayDeque<Map<String, Object>> ready = new ArrayDeque<>();
        private @Nullable String at;
        private boolean answered;
        private int status;

        PollFollower(TestNode node, String token, List<String> channels, @Nullable String from) {
            this.node = node;
            this.token = token;
            this.channels = channels;
            this.at = from;
            if (from == null) {
                poll("0");
            }
        }

        private void poll(String wait) {
            var more = "&wait=" + wait + (at == null ? "" : "&cursor=" + at);
            var request = request(node, token, channels, more).header("Accept", "application/json");
            var response = send(request.build(), HttpResponse.BodyHandlers.ofString());
            var body = RawWebSocket.json(response.body());
            status = response.statusCode();
            if (status != 200) {
                ready.add(refused(body));
                return;
            }
            at = (String) body.get("cursor");
            for (var message : (List<?>) body.get("messages")) {
                @SuppressWarnings("unchecked")
                var push = (Map<String, Object>) message;
                ready.add(push);
            }
            if (!answered) {
                answered = true;
                ready.add(answered(at));
            }
        }

        @Override
        Map<String, Object> next() {
            while (ready.isEmpty()) {
                poll(answered ? "20" : "0");
            }
            var message = ready.remove();
            if (message.get("cursor") instanceof String told) {
                cursor = told;
            }
            return message;
        }

        @Override
        int farewell() {
            while (!"refused".equals(next().get("push"))) {}
            return status;
        }

        @Override
        public void close() {}
    }

    static <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return HTTP.send(request, body);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
