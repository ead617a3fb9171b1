package io.carillon.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/// Stands between the SDK and the service that a test runs: passes requests on, notes them, and
/// cuts those that the test wants cut.
final class Interruption implements AutoCloseable {
    private static final Set<String> OWN_HEADERS =
            Set.of(
                    "host",
                    "connection",
                    "content-length",
                    "expect",
                    "upgrade",
                    "transfer-encoding");

    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI behind;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Predicate<Asked> cut = request -> false;

    /// One request.
    ///
    /// @param what method, path and, for SQS, the action
    record Asked(String what, String body) {}

    Interruption(String behind) {
        this.behind = URI.create(behind);
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::pass);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void cut(Predicate<Asked> which) {
        cut = which;
    }

    List<String> asked() {
        return asked.stream().map(Asked::what).toList();
    }

    private void pass(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var action = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        var request =
                new Asked(
                        exchange.getRequestMethod()
                                + " "
                                + exchange.getRequestURI().getPath()
                                + (action == null ? "" : " " + action),
                        new String(body, StandardCharsets.UTF_8));
        asked.add(request);
        if (cut.test(request)) {
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
            return;
        }
        var onward =
                HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI().toString()))
                        .method(
                                exchange.getRequestMethod(),
                                HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders()
                .forEach((name, values) -> {
                    if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                        values.forEach(value -> onward.header(name, value));
                    }
                });
        try {
            var answer = client.send(onward.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers()
                    .map()
                    .forEach((name, values) -> {
                        if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                            values.forEach(value -> exchange.getResponseHeaders().add(name, value));
                        }
                    });
            var head = exchange.getRequestMethod().equals("HEAD");
            if (head) {
                answer.headers()
                        .firstValue("content-length")
                        .ifPresent(it -> exchange.getResponseHeaders().set("Content-Length", it));
            }
            exchange.sendResponseHeaders(
                    answer.statusCode(),
                    head || answer.body().length == 0 ? -1 : answer.body().length);
            if (!head) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        client.shutdownNow();
    }
}
