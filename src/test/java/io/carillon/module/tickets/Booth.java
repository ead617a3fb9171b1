package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.carillon.conformance.TestNode;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// A client of `/ws`, with the JDK's WebSocket.
final class Booth implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    /// @param target below the node, e.g. `/ws/acme/totem`
    /// @param headers names and values in turn
    static Booth at(TestNode node, String target, String... headers) {
        return new Booth(node, target, headers);
    }

    private Booth(TestNode node, String target, String... headers) {
        var builder = HTTP.newWebSocketBuilder();
        for (var index = 0; index < headers.length; index += 2) {
            builder.header(headers[index], headers[index + 1]);
        }
        socket =
                builder.buildAsync(
                                URI.create("ws://localhost:" + node.port() + target),
                                new Listening())
                        .join();
    }

    private final class Listening implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            parts.append(part);
            if (last) {
                heard.add(json(parts.toString()));
                parts.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable fault) {
            closed.completeExceptionally(fault);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Booth say(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    /// Says it again and again until the node has had enough.
    ///
    /// @return the close code
    int flood(String text) {
        try {
            while (!closed.isDone()) {
                say(text);
            }
        } catch (CompletionException over) {
            // Closed, which is heard on another thread.
        }
        return closeCode();
    }

    /// @param part of a message that is not over
    Booth whisper(String part) {
        socket.sendText(part, false).join();
        return this;
    }

    JsonNode next() {
        try {
            var message = heard.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(message).as("a message in time").isNotNull();
            return message;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /// @return the next message of the type; the others before it are passed over
    JsonNode next(String type) {
        return next(message -> message.get("type").asText().equals(type));
    }

    JsonNode next(Predicate<JsonNode> wanted) {
        while (true) {
            var message = next();
            if (wanted.test(message)) {
                return message;
            }
        }
    }

    /// @return everything up to and with the next message of the type
    List<JsonNode> until(String type) {
        var all = new ArrayList<JsonNode>();
        do {
            all.add(next());
        } while (!all.getLast().get("type").asText().equals(type));
        return all;
    }

    /// @return this, after it was let in and has seen the queue
    Booth in() {
        next("connected");
        next("queue_update");
        return this;
    }

    int closeCode() {
        try {
            return closed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
