package io.carillon.bench;

import org.HdrHistogram.Histogram;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// What a tenant far beyond its limits costs another: its time from commit to client, alone
/// and beside it.
///
/// The noisy one connects ten times as often at a time as it may, sends commands as fast as they
/// are answered and has its whole backlog told again and again.
final class Noisy {
    private static final int CONNECTIONS = 10;
    private static final int COMMANDS = 1_000;
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
        var quiet = open(0, new Listener(heard));
        quiet.sendText("{\"id\":1,\"command\":\"subscribe\",\"channels\":[\"load\"]}", true).join();
        await(heard);
        var unused = latencies(emit, heard, samples / 2);
        var before = latencies(emit, heard, samples);
        var running = new AtomicBoolean(true);
        var noise = new ArrayList<Thread>();
        for (var number = 0; number < CONNECTIONS * 10; number++) {
            noise.add(Thread.ofVirtual().start(() -> disturb(cursor, running)));
        }
        var during = latencies(emit, heard, samples);
        running.set(false);
        noise.forEach(Thread::interrupt);
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

    private void disturb(String cursor, AtomicBoolean running) {
        while (running.get()) {
            try {
                var noisy = open(1, new WebSocket.Listener() {});
                noisy.sendText(
                                "{\"id\":1,\"command\":\"subscribe\",\"channels\":[\"load\"],\"cursor\":\""
                                        + cursor
                                        + "\"}",
                                true)
                        .join();
                for (var number = 0; number < COMMANDS && !noisy.isOutputClosed(); number++) {
                    noisy.sendText("{\"id\":2,\"command\":\"ping\"}", true).join();
                    LockSupport.parkNanos(2_000_000);
                }
                noisy.abort();
            } catch (RuntimeException refused) {
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private WebSocket open(int tenant, WebSocket.Listener listener) {
        return http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + tokens[tenant])
                .buildAsync(URI.create("ws://127.0.0.1:" + node.port() + "/realtime"), listener)
                .join();
    }

    /// Hands over replies and events; what comes by itself is left out.
    private record Listener(LinkedBlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            socket.request(1);
            var message = text.toString();
            if (message.contains("\"push\":\"events\"") || message.contains("\"reply\":1")) {
                heard.add(message);
            }
            return null;
        }
    }
}
