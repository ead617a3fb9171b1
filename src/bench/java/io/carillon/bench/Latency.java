package io.carillon.bench;

import org.HdrHistogram.Histogram;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// From a commit's acknowledgement to the browser, for single-row transactions at a rate.
///
/// The writer notes the moment at which each commit was acknowledged, the client the one at which
/// the event was read; both are this process, so it is one clock. An event that is there before its
/// acknowledgement counts as 0. A writer that comes late is charged to nobody: the figure starts at
/// the acknowledgement; how late it came is told.
final class Latency {
    /// Writes per second of the first round, which does not count.
    private static final int WARMING = 1_000;

    private final Postgres postgres;
    private final int rate;
    private final double seconds;
    private final long[] acknowledged;
    private final long[] arrived;

    private Latency(Postgres postgres, int rate, double seconds) {
        this.postgres = postgres;
        this.rate = rate;
        this.seconds = seconds;
        this.acknowledged = new long[(int) (rate * seconds) + 1];
        this.arrived = new long[acknowledged.length];
    }

    /// One way of telling browsers about a commit.
    ///
    /// @param name in the results
    /// @param write the writer's statement, with the event's number as its only parameter
    private record Way(String name, Target target, String write) {}

    static void run(Options options) {
        var rate = options.number("rate", 100);
        var seconds = options.decimal("seconds", 10);
        var raw = new ArrayList<Map<String, Object>>();
        var p50 = new HashMap<String, List<Double>>();
        var p99 = new HashMap<String, List<Double>>();
        try (var postgres = new Postgres(1, options.number("slow", 0))) {
            var ways = ways(postgres, options);
            try {
                for (var round = 0; round <= options.number("rounds", 3); round++) {
                    for (var way : ways) {
                        Quiet.await(options.number("patience", 10));
                        // The first round warms up: a JVM that has compiled nothing is not what
                        // people meet from the second minute on.
                        var writes = round == 0 ? Math.max(rate, WARMING) : rate;
                        var entry = new Latency(postgres, writes, seconds).measure(way);
                        System.out.println("  " + Json.write(entry));
                        if (round > 0) {
                            raw.add(entry);
                            add(p50, way.name(), (Double) entry.get("p50"));
                            add(p99, way.name(), (Double) entry.get("p99"));
                        }
                    }
                }
            } finally {
                ways.stream().map(Way::target).forEach(Target::close);
            }
        }
        Results.write(
                "latency-" + rate,
                List.of(
                        "commit acknowledged to browser, " + rate + " writes/s, p50 / p99",
                        cell(p50, p99, "carillon"),
                        "NOTIFY "
                                + cell(p50, p99, "notify")
                                + "; adapter "
                                + cell(p50, p99, "adapter"),
                        "",
                        options.text("goal", "")),
                Json.object("rounds", raw));
    }

    private static void add(Map<String, List<Double>> lists, String name, double value) {
        lists.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    private static String cell(
            Map<String, List<Double>> p50, Map<String, List<Double>> p99, String name) {
        return p50.containsKey(name)
                ? String.format(
                        Locale.ROOT,
                        "%s / %s ms",
                        Results.spread(p50.get(name), "%.2f"),
                        Results.spread(p99.get(name), "%.2f"))
                : "–";
    }

    private static List<Way> ways(Postgres postgres, Options options) {
        var ways = new ArrayList<Way>();
        for (var name : options.text("ways", "notify,adapter,carillon").split(",")) {
            ways.add(
                    switch (name) {
                        case "notify" -> notifying(postgres);
                        case "adapter" -> adapter(postgres);
                        case "carillon" ->
                                new Way(
                                        name,
                                        new Node(postgres, 1, options),
                                        "select carillon.emit('t0', 'load', 'load.event',"
                                                + " jsonb_build_object('n', ?::bigint, 'p',"
                                                + " repeat('x', 185)))");
                        default -> throw new IllegalArgumentException("no way " + name);
                    });
        }
        return ways;
    }

    /// The usual tutorial: a trigger sends the row with NOTIFY, the server listens and emits.
    private static Way notifying(Postgres postgres) {
        postgres.execute(
                "postgres",
                "create table told (n bigint primary key, p text)",
                """
                create function told() returns trigger language plpgsql as $$
                begin
                  perform pg_notify('live', json_build_object('tenant', 't0', 'data', new)::text);
                  return null;
                end $$
                """,
                "create trigger told after insert on told for each row execute function told()");
        return new Way(
                "notify",
                new Peer(new Dialect.SocketIo(), Map.of("DATABASE", url(postgres))),
                "insert into told (n, p) values (?, repeat('x', 185))");
    }

    /// What `@socket.io/postgres-emitter` sends, in the writer's transaction; the server has the
    /// Postgres adapter.
    private static Way adapter(Postgres postgres) {
        return new Way(
                "adapter",
                new Peer(
                        new Dialect.SocketIo(),
                        Map.of("DATABASE", url(postgres), "ADAPTER", "postgres")),
                """
                select pg_notify('socket.io#/', json_build_object('uid', 'emitter', 'nsp', '/',
                  'type', 3, 'data', json_build_object(
                    'opts', json_build_object('rooms', json_build_array('t0'),
                                              'except', json_build_array(),
                                              'flags', json_build_object()),
                    'packet', json_build_object('type', 2, 'nsp', '/', 'data', json_build_array(
                      'e', json_build_object('n', ?::bigint, 'p', repeat('x', 185))))))::text)
                """);
    }

    private static String url(Postgres postgres) {
        return "postgres://postgres@127.0.0.1:" + postgres.port() + "/postgres";
    }

    private Map<String, Object> measure(Way way) {
        var target = way.target();
        try (var fleet = new Fleet(target.dialect(), target.port(), 1, Target.PAD)) {
            fleet.open(1);
            fleet.listen((numbers, nanos) -> {
                for (var number : numbers) {
                    if (arrived[(int) number] == 0) {
                        arrived[(int) number] = nanos;
                    }
                }
            });
            var server = Machine.cpu(target.pid());
            var all = Machine.cpuOfAll() - ours(target);
            var lateness = write(way);
            all = Machine.cpuOfAll() - ours(target) - all;
            var published = new long[] {acknowledged.length};
            for (var wait = 0; wait < 50 && fleet.lacking(published) > 0; wait++) {
                Fleet.pause(100);
            }
            server = Machine.cpu(target.pid()) - server;
            var latency = new Histogram(60_000_000_000L, 3);
            var early = 0;
            for (var number = acknowledged.length / 10; number < acknowledged.length; number++) {
                var nanos = arrived[number] - acknowledged[number];
                early += nanos < 0 ? 1 : 0;
                latency.recordValue(Math.max(0, nanos));
            }
            var end = fleet.snapshot();
            return Json.object(
                    "way",
                    way.name(),
                    "rate",
                    rate,
                    "p50",
                    latency.getValueAtPercentile(50) / 1e6,
                    "p90",
                    latency.getValueAtPercentile(90) / 1e6,
                    "p99",
                    latency.getValueAtPercentile(99) / 1e6,
                    "max",
                    latency.getMaxValue() / 1e6,
                    "early",
                    early,
                    "lost",
                    fleet.lacking(published) + end.missing(),
                    "duplicates",
                    end.duplicates(),
                    "disordered",
                    end.disordered(),
                    "serverCpu",
                    server / seconds,
                    "writerLateMillisP99",
                    lateness.getValueAtPercentile(99) / 1e6);
        } finally {
            clean(way);
        }
    }

    private double ours(Target target) {
        return Machine.cpuOfFamily(postgres.pid())
                + Machine.cpu(target.pid())
                + Machine.cpu(ProcessHandle.current().pid());
    }

    private void clean(Way way) {
        if (way.name().equals("notify")) {
            postgres.execute("postgres", "truncate told");
        }
    }

    private Histogram write(Way way) {
        var lateness = new Histogram(60_000_000_000L, 3);
        try (Connection connection = postgres.connect("postgres");
                PreparedStatement statement = connection.prepareStatement(way.write())) {
            var start = System.nanoTime();
            for (var number = 0; number < acknowledged.length; number++) {
                var moment = start + number * 1_000_000_000L / rate;
                while (System.nanoTime() < moment) {
                    LockSupport.parkNanos(moment - System.nanoTime());
                }
                lateness.recordValue(System.nanoTime() - moment);
                statement.setLong(1, number);
                statement.execute();
                acknowledged[number] = System.nanoTime();
            }
            return lateness;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
