package io.carillon.api.admin;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.carillon.conformance.TestNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/// What a node answers over HTTP.
public record RestAnswer(int status, HttpHeaders headers, String text) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /// @param headers names and values in turn
    public static RestAnswer get(TestNode node, String path, String token, String... headers) {
        return send(node, "GET", path, "", token, headers);
    }

    public static RestAnswer send(
            TestNode node,
            String method,
            String path,
            String body,
            String token,
            String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + node.port() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        for (var index = 0; index < headers.length; index += 2) {
            request.header(headers[index], headers[index + 1]);
        }
        try {
            var answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new RestAnswer(answer.statusCode(), answer.headers(), answer.body());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    public Map<String, Object> body() {
        return json(new TypeReference<>() {});
    }

    public List<Map<String, Object>> list() {
        return json(new TypeReference<>() {});
    }

    private <T> T json(TypeReference<T> type) {
        try {
            return new ObjectMapper().readValue(text, type);
        } catch (IOException other) {
            throw new AssertionError(status + " " + text, other);
        }
    }
}
