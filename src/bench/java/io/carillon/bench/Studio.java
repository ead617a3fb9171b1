package io.carillon.bench;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/// What a screen of the studio monitor costs and waits: connections that follow `status`, `events`
/// and `session` of a studio whose probe plays in real time.
///
/// All come at the same moment. Then they watch: the status every five seconds, the meters ten
/// times a second. Then events are emitted besides, and each client's wait counts from before the
/// emit, so that the writer's commit is in it. Memory and processor time are told as what is added
/// to the same node, fed by the same probe, without any connection.
final class Studio {
    private static final String EMIT =
            "select carillon.emit('t0', 'events', 'load.event', jsonb_build_object('n', ?::bigint,"
                    + " 'p', repeat('x', 185)))";
    private static final int WARM = 50;
    private static final String ADDRESS = "127.0.0.1:";

    private final Postgres postgres;
    private final Node node;
    private final int connections;
    private final double seconds;
    private final int rate;
    private final Dialect.Feed feed = new Dialect.Feed();
    private long emitted;

    private Studio(Postgres postgres, Node node, Options options) {
        this.postgres = postgres;
        this.node = node;
        this.connections = options.number("connections", 500);
        this.seconds = options.decimal("seconds", 20);
        this.rate = options.number("rate", 20);
    }

    /// What one round found. Milliseconds, bytes, and shares of one core.
    private record Round(
            Histogram connecting,
            Histogram waits,
            double memory,
            double cpu,
            double cpuWithout,
            double statuses,
            double meters,
            Map<String, Integer> complaints) {
        Map<String, Object> raw() {
            return Json.object(
                    "connectP50",
                    millis(connecting, 50),
                    "connectP99",
                    millis(connecting, 99),
                    "connectMost",
                    millis(connecting, 100),
                    "eventP50",
                    millis(waits, 50),
                    "eventP99",
                    millis(waits, 99),
                    "eventMost",
                    millis(waits, 100),
                    "addedMemory",
                    memory,
                    "cpu",
                    cpu,
                    "cpuWithoutConnections",
                    cpuWithout,
                    "statusesPerConnectionAndSecond",
                    statuses,
                    "metersPerConnectionAndSecond",
                    meters,
                    "complaints",
                    complaints);
        }
    }

    static void run(Options options) {
        var rounds = new ArrayList<Round>();
        for (var number = 0; number < options.number("rounds", 3); number++) {
            // A server that has had connections has grown already: a fresh one for each round.
            try (var postgres = new Postgres(1, 0);
                    var node = new Node(postgres, 1, options.with("flags", "-XX:+AlwaysPreTouch"));
                    var probe = probe(node.port())) {
                Quiet.await(options.number("patience", 10));
                var round = new Studio(postgres, node, options).measure();
                System.out.println("  " + Json.write(round.raw()) + " probe " + probe.pid());
                rounds.add(round);
            }
        }
        var what = ", " + options.number("connections", 500) + " connections of the studio monitor";
        Results.write(
                "studio",
                List.of(
                        "connect p50 / p99; emit to client p50 / p99; memory; CPU" + what,
                        cells(rounds),
                        "–",
                        "–",
                        "2 s; 100 ms; 10 MB; 5 %"),
                Json.object("rounds", rounds.stream().map(Round::raw).toList()));
    }

    private static String cells(List<Round> rounds) {
        return String.join(
                "; ",
                pair(rounds, Round::connecting),
                pair(rounds, Round::waits),
                Results.spread(values(rounds, it -> it.memory / 1e6), "%.1f MB"),
                Results.spread(values(rounds, it -> 100 * (it.cpu - it.cpuWithout)), "%.1f %%"));
    }

    private static String pair(List<Round> rounds, Function<Round, Histogram> which) {
        return Results.spread(values(rounds, it -> millis(which.apply(it), 50)), "%.1f")
                + " / "
                + Results.spread(values(rounds, it -> millis(which.apply(it), 99)), "%.1f ms");
    }

    private static List<Double> values(List<Round> rounds, Function<Round, Double> value) {
        return rounds.stream().map(value).toList();
    }

    private static double millis(Histogram micros, double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }

    /// A studio, and the product's own probe that plays the sample to it, on the load's core.
    private static Child probe(int port) {
        var token = Tokens.token("t0", "keeper", "studio", "probe");
        var request =
                HttpRequest.newBuilder(URI.create("http://" + ADDRESS + port + "/api/studios"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"a\",\"name\":\"A\"}"))
                        .build();
        try (var http = HttpClient.newHttpClient()) {
            var made = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (made.statusCode() != 201) {
                throw new IllegalStateException("no studio: " + made.body());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        var command = new ArrayList<>(List.of(System.getenv("BENCH_JAVA"), "-Xmx64m", "-cp"));
        command.add(System.getenv("BENCH_CLASS_PATH"));
        command.add("io.carillon.probe.Probe");
        command.addAll(List.of("--sample", "--loop", "--batch", "1", "--studio", "a"));
        command.addAll(List.of("--server", "ws://" + ADDRESS + port));
        var env = Map.of("CARILLON_PROBE_TOKEN", token);
        return Child.start("probe-" + port, 1, Path.of("."), env, command);
    }

    private Round measure() {
        // A few connections load the classes and run the code that all will need.
        try (var warm = fleet()) {
            warm.openAtOnce(WARM);
            Fleet.pause(6_000);
        }
        var without = share();
        var before = node.memory();
        try (var fleet = fleet()) {
            fleet.openAtOnce(connections);
            var after = node.memory();
            var told = told(fleet);
            var cpu = share();
            var heard = told(fleet);
            fleet.forgetLatency();
            emit(fleet);
            var all = fleet.snapshot();
            if (all.deliveries() != emitted * connections || all.missing() > 0) {
                throw new IllegalStateException("not everything arrived: " + all);
            }
            var each = connections * seconds;
            return new Round(
                    all.connecting(),
                    all.latency(),
                    added(before, after),
                    cpu,
                    without,
                    (heard.statuses - told.statuses) / each,
                    (heard.meters - told.meters) / each,
                    all.complaints());
        }
    }

    private record Told(long statuses, long meters) {}

    private Told told(Fleet fleet) {
        return fleet.ask(() -> new Told(feed.statuses(), feed.meters()));
    }

    private Fleet fleet() {
        var carillon = new Dialect.Carillon(Tokens.forTenants(1));
        return new Fleet(new Dialect.Monitor(carillon, feed), node.port(), 1, 0);
    }

    private static double added(Map<String, Object> before, Map<String, Object> after) {
        var resident = number(after, "rss") - number(before, "rss");
        return 1_024.0 * resident + number(after, "heap") - number(before, "heap");
    }

    private static long number(Map<String, Object> memory, String name) {
        return ((Number) memory.get(name)).longValue();
    }

    /// @return the share of its core that the node uses for a while
    private double share() {
        var began = System.nanoTime();
        var used = Machine.cpu(node.pid());
        Fleet.pause((long) (seconds * 1_000));
        return (Machine.cpu(node.pid()) - used) / ((System.nanoTime() - began) / 1e9);
    }

    private void emit(Fleet fleet) {
        var count = (int) (rate * seconds);
        try (var connection = postgres.connect("postgres");
                PreparedStatement statement = connection.prepareStatement(EMIT)) {
            var start = System.nanoTime();
            for (var number = 0; number < count; number++) {
                var moment = start + number * 1_000_000_000L / rate;
                while (System.nanoTime() < moment) {
                    LockSupport.parkNanos(moment - System.nanoTime());
                }
                fleet.timeline().set(number, moment);
                statement.setLong(1, number);
                statement.execute();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        emitted = count;
        var published = new long[] {count};
        for (var wait = 0; wait < 100 && fleet.lacking(published) > 0; wait++) {
            Fleet.pause(100);
        }
        System.out.printf(Locale.ROOT, "  %d events to %d%n", count, fleet.size());
    }
}
