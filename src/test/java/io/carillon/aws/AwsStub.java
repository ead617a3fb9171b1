package io.carillon.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// As much of Secrets Manager and of the load balancer's API as a node speaks to, over HTTP: the
/// real SDK talks to it.
final class AwsStub implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("\"SecretId\"\\s*:\\s*\"([^\"]+)\"");

    private final HttpServer server;
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private boolean away;
    private volatile String targetState = "healthy";

    AwsStub() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void put(String id, String value) {
        secrets.put(id, value);
    }

    /// From now on every request is answered with 500; those that came before are counted.
    synchronized void leave() {
        away = true;
    }

    synchronized void comeBack() {
        away = false;
    }

    void target(String state) {
        targetState = state;
    }

    /// @return secrets that were read
    int reads() {
        return reads.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var query = String.valueOf(exchange.getRequestURI().getQuery());
        if (query.contains("Action=DescribeTargetHealth")) {
            send(
                    exchange,
                    exchange.getRequestHeaders().containsKey("Authorization") ? 200 : 403,
                    "<DescribeTargetHealthResponse><State>"
                            + targetState
                            + "</State></DescribeTargetHealthResponse>");
        } else {
            var answer = secret(asked);
            send(exchange, answer.status, answer.text);
        }
    }

    private record Answer(int status, String text) {}

    private synchronized Answer secret(String asked) {
        if (away) {
            return new Answer(500, "{\"__type\":\"InternalServiceError\"}");
        }
        var id = ID.matcher(asked);
        var value = id.find() ? secrets.get(id.group(1)) : null;
        reads.incrementAndGet();
        return value == null
                ? new Answer(
                        400,
                        "{\"__type\":\"ResourceNotFoundException\",\"message\":\"no such secret\"}")
                : new Answer(200, "{\"SecretString\":\"" + value.replace("\"", "\\\"") + "\"}");
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
