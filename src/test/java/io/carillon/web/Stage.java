package io.carillon.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.carillon.auth.TestTokens;
import io.carillon.conformance.FreePort;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Executors;

/// A node in development on a database of its own, and a door by which tests in TypeScript move the
/// scenery: `POST /sql` and `/ask` with a statement, `/stop` and `/start` the node on the same
/// port, `GET /connections`, `GET /port`.
///
/// `main` keeps one running for whoever works on those tests by hand.
final class Stage implements AutoCloseable {
    private final PostgresFixture.FreshDatabase database = PostgresFixture.databaseAside();
    private final int port = FreePort.next();
    private final HttpServer door;
    private TestNode node;
    private boolean running = true;

    Stage(int doorPort) throws IOException {
        node = start();
        node.sql("select carillon.rule('stage', publish_roles => array['member'])");
        for (var number = 1; number <= 9; number++) {
            node.sql("select carillon.rule('stage-" + number + "')");
        }
        node.sql("select carillon.rule('closed', subscribe_roles => array['nobody'])");
        door =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), doorPort), 0);
        door.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        door.createContext("/", this::handle);
        door.start();
    }

    /// @param arguments the door's port
    public static void main(String... arguments) throws IOException, InterruptedException {
        try (var stage = new Stage(Integer.parseInt(arguments[0]))) {
            System.out.println("node " + stage.port + ", door " + stage.door());
            Thread.currentThread().join();
        }
    }

    /// @return the address of the door
    String door() {
        return "http://localhost:" + door.getAddress().getPort();
    }

    private TestNode start() {
        return TestNode.start(
                database,
                "carillon.mode",
                "development",
                "carillon.auth.origins",
                "*",
                // A token is over when it says so, not half a minute later.
                "carillon.auth.clock-skew",
                "0s",
                "micronaut.server.port",
                port);
    }

    private synchronized String act(String path, String body) {
        switch (path) {
            case "/port" -> {
                return Integer.toString(port);
            }
            case "/sql" -> node.sql(body);
            case "/ask" -> {
                return String.valueOf(node.ask(body));
            }
            case "/token" -> {
                return token(body.split(" "));
            }
            case "/connections" -> {
                return Integer.toString(node.connections().count());
            }
            case "/stop" -> stop();
            case "/start" -> {
                if (!running) {
                    node = start();
                    running = true;
                }
            }
            default -> throw new IllegalArgumentException(path);
        }
        return "";
    }

    /// @param wanted a member of acme, and for how many seconds the token is good
    private static String token(String... wanted) {
        var end = Instant.now().plusSeconds(Long.parseLong(wanted[1]));
        return TestTokens.hs256(
                TestTokens.user("acme", wanted[0], List.of("member"))
                        .expirationTime(Date.from(end)));
    }

    private void stop() {
        if (running) {
            node.stop();
            running = false;
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        var said = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var status = 200;
        String answer;
        try {
            answer = act(exchange.getRequestURI().getPath(), said);
        } catch (RuntimeException failed) {
            status = 500;
            answer = failed + " " + failed.getCause();
        }
        var bytes = answer.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        door.stop(0);
        stop();
        database.close();
    }
}
