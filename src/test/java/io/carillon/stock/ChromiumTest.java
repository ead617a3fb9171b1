package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The stock client in a real browser, on a page of another origin. Skipped, and said so, where
/// there is no Chromium.
@Timeout(180)
@Tag("A8")
class ChromiumTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path CLIENTS = Path.of("src/test/js");
    private static final Path DIST =
            CLIENTS.resolve("node_modules/socket.io-client/dist/socket.io.min.js");
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
    void aPageFollowsIsCutAndRecovers(String transports, @TempDir Path profile) throws Exception {
        assumeTrue(Files.exists(CHROMIUM), "skipped: there is no " + CHROMIUM);
        var pages =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", this::serve);
        pages.start();
        var page = "http://localhost:" + pages.getAddress().getPort();
        try (var node = TestNode.start("carillon.auth.origins", page)) {
            node.open("orders");
            var target =
                    "%s/?target=http://localhost:%d&transports=%s&token=%s"
                            .formatted(
                                    page, node.port(), transports, TestNode.token("acme", "ana"));
            var browser = browse(target, profile);
            try {
                assertThat(next()).contains("connect").contains("\"recovered\":false");
                node.sql(Writing.each("orders", 0, 150));
                assertThat(next()).contains("cut");
                node.sql(Writing.each("orders", 150, 300));
                // Two requests of the page, of which either may come first.
                assertThat(List.of(next(), next()))
                        .anySatisfy(it -> assertThat(it).contains("connect", "\"recovered\":true"))
                        .anySatisfy(it ->
                                assertThat(it)
                                        .contains(
                                                "done", "\"ordered\":true", "\"recovered\":true"));
            } finally {
                browser.descendants().forEach(ProcessHandle::destroyForcibly);
                browser.destroyForcibly().waitFor();
            }
        } finally {
            pages.stop(0);
        }
    }

    private String next() throws InterruptedException {
        var message = told.poll(60, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("the page says nothing");
        }
        return message;
    }

    private static Process browse(String address, Path profile) throws IOException {
        return new ProcessBuilder(
                        CHROMIUM.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        address)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var bytes =
                    switch (path) {
                        case "/" -> Files.readAllBytes(CLIENTS.resolve("page.html"));
                        case "/socket.io.js" -> Files.readAllBytes(DIST);
                        default -> {
                            var body = exchange.getRequestBody().readAllBytes();
                            if (path.equals("/told")) {
                                told.add(new String(body, StandardCharsets.UTF_8));
                            }
                            yield new byte[0];
                        }
                    };
            exchange.getResponseHeaders()
                    .put(
                            "Content-Type",
                            List.of(path.equals("/") ? "text/html" : "text/javascript"));
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
