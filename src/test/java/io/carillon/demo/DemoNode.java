package io.carillon.demo;

import io.carillon.conformance.TestNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// A whole node and what a page says to it by HTTP.
final class DemoNode implements AutoCloseable {
    private final TestNode node;
    private final HttpClient client = HttpClient.newHttpClient();

    private DemoNode(TestNode node) {
        this.node = node;
    }

    static DemoNode development() {
        return new DemoNode(TestNode.start("carillon.mode", "development"));
    }

    static DemoNode production() {
        return new DemoNode(TestNode.start("carillon.mode", "production"));
    }

    TestNode node() {
        return node;
    }

    /// @return headers of a request in somebody's name
    static String[] as(String tenant, String user) {
        return new String[] {"Authorization", "Bearer " + TestNode.token(tenant, user)};
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + node.port() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        client.close();
        node.close();
    }
}
