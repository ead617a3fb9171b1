package io.carillon.bench;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/// What a tenant far beyond its limits costs another: its time from commit to client, alone
/// and beside it.
///
/// The noisy one connects ten times as often at a time as it may, sends commands as fast as they
/// are answered and has its whole backlog told again and again.
final class Noisy {
    private static final int CONNECTIONS = 10;
    private static final String EMIT =
            "select carillon.emit('t0', 'load', 'load.event', jsonb_build_object('n', ?::bigint))";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String[] tokens = Tokens.forTenants(2);
    private final Target node;

    private Noisy(Target node) {
        this.node = node;
    }

    static void run(Options options) {
        var samples = options.number("samples", 2_000);
        try (var postgres = new Postgres(1, 0);
                var node = new Node(postgres, 2, options)) {
            postgres.execute(
                    "postgres",
                    "select carillon.limit('t1', 'user_connections', " + CONNECTIONS + ")",
                    "select carillon.limit('t1', 'deliveries', 5000)",
                    "select carillon.limit('t1', 'commands', 50)");
            try (var connection = postgres.connect("postgres");
                    var emit = connection.prepareStatement(EMIT)) {
                String cursor;
                try (var rows =
                        connection.createStatement().executeQuery("select carillon.cursor()")) {
                    rows.next();
                    cursor = rows.getString(1);
                }
                for (var part = 0; part < 10; part++) {
                    postgres.execute(
                            "postgres",
                            "select carillon.emit('t1', 'load', 'load.event',"
                                    + " jsonb_build_object('p', repeat('x', 185))) from"
                                    + " generate_series(1, 500)");
                }
                new Noisy(node).measure(emit, samples, cursor);
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    private void measure(PreparedStatement emit, int samples, String cursor) throws SQLException {
        var heard = new LinkedBlockingQueue<String>();
        var quiet = open(http, node.port(), tokens[0], new Listener(heard));
        quiet.sendText("{\"id\":1,\"command\":\"subscribe\",\"channels\":[\"load\"]}", true).join();
        await(heard);
        var unused = latencies(emit, heard, samples / 2);
        var before = latencies(emit, heard, samples);
        try (var noise = disturb(cursor)) {
            noise.awaitOutput("noise", 30);
            var during = latencies(emit, heard, samples);
            report(before, during);
        }
    }

    /// The noise comes from a process of its own that yields to everything else on its core, for
    /// what it costs this process and Postgres is not the node's doing.
    private Child disturb(String cursor) {
        return Child.start(
                "noise",
                1,
                Path.of("."),
                Map.of(Noise.TOKEN, tokens[1], Noise.CURSOR, cursor),
                List.of(
                        "nice",
                        "-n",
                        "19",
                        System.getenv("BENCH_JAVA"),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getenv("BENCH_CLASS_PATH"),
                        Noise.class.getName(),
                        Integer.toString(node.port()),
                        Integer.toString(CONNECTIONS * 10)));
    }

    private static void report(Histogram before, Histogram during) {
        Results.write(
                "noisy",
                List.of(
                        "commit to client beside a tenant at ten times its limits, p50 / p99",
                        cell(during),
                        "alone " + cell(before),
                        String.format(
                                Locale.ROOT,
                                "%.1f",
                                during.getValueAtPercentile(99)
                                        / (double) before.getValueAtPercentile(99)),
                        ""),
                Json.object("before99", before.getValueAtPercentile(99)));
    }

    private static String cell(Histogram micros) {
        return String.format(
                Locale.ROOT,
                "%.2f / %.2f ms",
                micros.getValueAtPercentile(50) / 1_000.0,
                micros.getValueAtPercentile(99) / 1_000.0);
    }

    private static Histogram latencies(
            PreparedStatement emit, LinkedBlockingQueue<String> heard, int samples)
            throws SQLException {
        var micros = new Histogram(3);
        for (var sample = 0; sample < samples; sample++) {
            emit.setLong(1, sample);
            emit.execute();
            var began = System.nanoTime();
            await(heard);
            micros.recordValue((System.nanoTime() - began) / 1_000);
            LockSupport.parkNanos(2_000_000);
        }
        return micros;
    }

    private static void await(LinkedBlockingQueue<String> heard) {
        try {
            var unused = heard.take();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /// @param http whose connection it is
    /// @param port of the node
    /// @param token says whose
    static WebSocket open(HttpClient http, int port, String token, WebSocket.Listener listener) {
        return http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/realtime"), listener)
                .join();
    }

    /// Hands over replies and events, and answers signs of life; what comes by itself is left out.
    private static final class Listener implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> heard;
        private final StringBuilder parts = new StringBuilder();

        Listener(LinkedBlockingQueue<String> heard) {
            this.heard = heard;
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence text, boolean last) {
            socket.request(1);
            parts.append(text);
            if (last) {
                take(socket, parts.toString());
                parts.setLength(0);
            }
            return null;
        }

        private void take(WebSocket socket, String message) {
            if (message.contains("\"push\":\"ping\"")) {
                var unused = socket.sendText("{\"id\":2,\"command\":\"ping\"}", true);
            } else if (message.contains("\"push\":\"events\"") || message.contains("\"reply\":1")) {
                heard.add(message);
            }
        }
    }
}
