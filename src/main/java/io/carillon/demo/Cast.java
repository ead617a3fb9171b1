package io.carillon.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The demo's people, speaking REST to their own node over loopback. Confined to the thread of
/// [Bustle]; blocks.
public final class Cast {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final URI server;
    private final DemoTokens tokens;
    private final HttpClient client;
    private final RandomGenerator chance;

    Cast(URI server, DemoTokens tokens, HttpClient client, RandomGenerator chance) {
        this.server = server;
        this.tokens = tokens;
        this.client = client;
        this.chance = chance;
    }

    /// @param status HTTP
    /// @param body empty where there was none
    public record Said(int status, JsonNode body) {
        /// @return the rows of a page
        public List<JsonNode> items() {
            var items = new ArrayList<JsonNode>();
            body.path("items").forEach(items::add);
            return items;
        }
    }

    /// @return the node they speak to
    URI server() {
        return server;
    }

    /// @param user of [DemoUser#ALL]
    /// @return a token of that user, for [DemoTokens#LIFE]
    String token(String user) {
        return tokens.issue(demoUser(user), Instant.now());
    }

    /// @param bound exclusive
    /// @return 0 or more
    public int dice(int bound) {
        return chance.nextInt(bound);
    }

    /// @param choices at least one
    /// @return one of them
    @SafeVarargs
    public final <T> T oneOf(T... choices) {
        return choices[dice(choices.length)];
    }

    /// @param user of [DemoUser#ALL]
    /// @param path below the server
    public Said get(String user, String path) {
        return send(request(user, path).GET());
    }

    /// @param user of [DemoUser#ALL]
    /// @param path below the server
    /// @param body becomes JSON
    public Said post(String user, String path, Map<String, ?> body) {
        return send(request(user, path).POST(json(body)));
    }

    /// As [#post], with an `Idempotency-Key`.
    ///
    /// @param key names this create for ever, or as long as keys are kept
    public Said once(String user, String key, String path, Map<String, ?> body) {
        return send(request(user, path).header("Idempotency-Key", "demo-" + key).POST(json(body)));
    }

    /// @param method HTTP
    /// @param headers names and values in turn
    public Said send(
            String user, String method, String path, Map<String, ?> body, String... headers) {
        var request = request(user, path).method(method, json(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private static DemoUser demoUser(String user) {
        var who = DemoUser.named(user);
        if (who == null) {
            throw new IllegalArgumentException("there is no demo user " + user);
        }
        return who;
    }

    private HttpRequest.Builder request(String user, String path) {
        var who = demoUser(user);
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + tokens.issue(who, Instant.now()));
    }

    private static HttpRequest.BodyPublisher json(Map<String, ?> body) {
        return HttpRequest.BodyPublishers.ofString(JSON.valueToTree(body).toString());
    }

    private Said send(HttpRequest.Builder request) {
        try {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Said(
                    answer.statusCode(),
                    answer.body().isEmpty()
                            ? MissingNode.getInstance()
                            : JSON.readTree(answer.body()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }
}
