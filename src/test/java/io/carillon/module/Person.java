package io.carillon.module;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import io.carillon.conformance.TestNode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// Somebody with a token who calls REST and follows channels, at one node.
public final class Person {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final TestNode node;
    private final String token;

    public Person(TestNode node, String tenant, String user, String... roles) {
        this.node = node;
        this.token = TestNode.token(tenant, user, roles);
    }

    /// @param status HTTP
    /// @param body empty where there is none
    public record Answer(int status, JsonNode body, HttpResponse<String> whole) {
        /// @return the body
        public JsonNode ok() {
            assertThat(status).as(body.toString()).isBetween(200, 299);
            return body;
        }

        public void problem(int expected, String code) {
            assertThat(status).as(body.toString()).isEqualTo(expected);
            assertThat(body.path("code").asText()).isEqualTo(code);
            assertThat(header("Content-Type")).startsWith("application/problem+json");
        }

        public @Nullable String header(String name) {
            return whole.headers().firstValue(name).orElse(null);
        }

        public String cursor() {
            return whole.headers().firstValue("Carillon-Cursor").orElseThrow();
        }

        public String id() {
            return ok().get("id").asText();
        }
    }

    /// @return for what speaks to the node in another way
    public String token() {
        return token;
    }

    public Answer get(String path) {
        return send("GET", path, "");
    }

    public Answer post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    public Answer send(String method, String path, String body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + node.port() + path))
                        .header("Authorization", "Bearer " + token)
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            var answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            var told = answer.headers().firstValue("Content-Type").orElse("").contains("json");
            return new Answer(answer.statusCode(), told ? json(answer.body()) : json(""), answer);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    static JsonNode json(String text) {
        try {
            return text.isEmpty() ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// @return what is told from now on; live when this returns
    public Follower follow(String... channels) {
        return new Follower(node, token, null, channels);
    }

    /// @param cursor of a read
    public Follower followFrom(String cursor, String... channels) {
        return new Follower(node, token, cursor, channels);
    }
}
