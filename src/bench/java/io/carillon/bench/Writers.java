package io.carillon.bench;

import org.postgresql.PGConnection;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// How many commits per second 16 writers of one-row transactions are left with, of those that they
/// have on a table without a trigger.
final class Writers {
    private static final String[] TABLE = {
        """
        create table orders (id bigserial primary key, tenant_id text not null, status text,
          amount numeric(12,2), note text, updated_at timestamptz default now())
        """
    };

    private static final String INSERT =
            """
            insert into orders (tenant_id, status, amount, note)
            values ('t' || (random() * 100)::int, 'open', 12.50, repeat('x', 120))
            """;

    private static final String WATCH = "select carillon.watch('orders', 'orders')";

    private Writers() {}

    /// One way to tell of a write.
    ///
    /// @param name in the results, also the database's
    /// @param log whether the database has the event log
    /// @param setup statements after the table's
    private record Variant(String name, boolean log, List<String> setup) {}

    private static List<Variant> variants() {
        return List.of(
                new Variant("none", false, List.of()),
                new Variant(
                        "silent",
                        true,
                        List.of(
                                WATCH,
                                "insert into carillon.node (id, address, started_at, heartbeat_at,"
                                        + " awake_until) values ('bench', '127.0.0.1', now(),"
                                        + " now(), now() + interval '1 day')")),
                new Variant(
                        "ringing",
                        true,
                        List.of(
                                WATCH,
                                "insert into carillon.node (id, address, started_at, heartbeat_at,"
                                        + " awake_until) values ('bench', '127.0.0.1', now(),"
                                        + " now(), '-infinity')")),
                new Variant(
                        "logonly",
                        true,
                        List.of(
                                """
                                create function told() returns trigger language plpgsql as $$
                                begin
                                  insert into carillon.event (tenant, channel, type, data)
                                  values (new.tenant_id, 'orders', 'order.created',
                                          row_to_json(new));
                                  return null;
                                end $$
                                """,
                                "create trigger told after insert on orders for each row execute"
                                        + " function told()")),
                new Variant(
                        "payload",
                        false,
                        List.of(
                                """
                                create function told() returns trigger language plpgsql as $$
                                begin
                                  perform pg_notify('live', row_to_json(new)::text);
                                  return null;
                                end $$
                                """,
                                "create trigger told after insert on orders for each row execute"
                                        + " function told()")));
    }

    static void run(Options options) {
        var slow = options.number("slow", 0);
        var rounds = options.number("rounds", 5);
        var seconds = options.decimal("seconds", 3);
        var writers = options.number("writers", 16);
        var raw = new ArrayList<Map<String, Object>>();
        var shares = new java.util.LinkedHashMap<String, List<Double>>();
        var commits = new java.util.LinkedHashMap<String, List<Double>>();
        var wanted = List.of(options.text("variants", "silent,ringing,logonly,payload").split(","));
        try (var postgres = new Postgres(-1, slow)) {
            var variants =
                    variants().stream()
                            .filter(it -> it.name().equals("none") || wanted.contains(it.name()))
                            .toList();
            variants.forEach(variant -> prepare(postgres, variant));
            for (var round = 0; round <= rounds; round++) {
                var none = Double.NaN;
                for (var variant : variants) {
                    Quiet.await(options.number("patience", 10));
                    var sample = measure(postgres, variant.name(), writers, seconds);
                    var rate = sample.rate();
                    none = variant.name().equals("none") ? rate : none;
                    System.out.printf(
                            Locale.ROOT,
                            "  round %d %s %.0f commits/s %.1f %%, others %.2f cores%n",
                            round,
                            variant.name(),
                            rate,
                            100 * rate / none,
                            sample.others());
                    // The first round warms up.
                    if (round > 0) {
                        commits.computeIfAbsent(variant.name(), _ -> new ArrayList<>()).add(rate);
                        shares.computeIfAbsent(variant.name(), _ -> new ArrayList<>())
                                .add(100 * rate / none);
                        raw.add(
                                Json.object(
                                        "round",
                                        round,
                                        "variant",
                                        variant.name(),
                                        "commitsPerSecond",
                                        rate,
                                        "othersCpu",
                                        sample.others()));
                    }
                }
            }
            var cells = new ArrayList<String>();
            shares.forEach((name, values) ->
                    cells.add(
                            name
                                    + " "
                                    + Results.spread(values, "%.0f %%")
                                    + " of "
                                    + Math.round(Results.median(commits.get("none")))));
            var silent = shares.getOrDefault("silent", List.of());
            Results.write(
                    slow == 0 ? "writers" : "writers-slow-" + slow,
                    List.of(
                            "commits left to " + writers + " writers, flush + " + slow + " µs",
                            silent.isEmpty() ? "–" : Results.spread(silent, "%.0f %%"),
                            String.join("; ", cells),
                            "",
                            slow == 0 ? "50 %" : "85 %"),
                    Json.object("slowFlushMicros", slow, "rounds", raw));
        }
    }

    private static void prepare(Postgres postgres, Variant variant) {
        var database = "w_" + variant.name();
        postgres.execute("postgres", "create database " + database);
        if (variant.log()) {
            postgres.migrate(database);
        }
        postgres.execute(database, TABLE);
        postgres.execute(database, variant.setup().toArray(String[]::new));
        Thread.ofPlatform().daemon().start(() -> listen(postgres, database));
    }

    /// Somebody listens wherever there is something to hear: delivery is part of the price.
    private static void listen(Postgres postgres, String database) {
        try (var connection = postgres.connect(database);
                var statement = connection.createStatement()) {
            statement.execute("listen live");
            statement.execute("listen carillon");
            while (true) {
                var unused = connection.unwrap(PGConnection.class).getNotifications(1_000);
            }
        } catch (SQLException ended) {
            // Postgres has been stopped.
        }
    }

    /// @param rate commits per second
    /// @param others cores that other processes used meanwhile
    private record Sample(double rate, double others) {}

    private static Sample measure(Postgres postgres, String name, int writers, double seconds) {
        var database = "w_" + name;
        postgres.execute(database, "truncate orders", "checkpoint");
        var going = new AtomicBoolean(true);
        var commits = new AtomicLong();
        try (var threads = Executors.newFixedThreadPool(writers)) {
            for (var writer = 0; writer < writers; writer++) {
                threads.submit(() -> {
                    try (var connection = postgres.connect(database);
                            var statement = connection.prepareStatement(INSERT)) {
                        while (going.get()) {
                            statement.executeUpdate();
                            commits.incrementAndGet();
                        }
                    } catch (SQLException failed) {
                        System.err.println(failed);
                    }
                });
            }
            Fleet.pause(700);
            var before = commits.get();
            var all = Machine.cpuOfAll() - ours(postgres);
            var start = System.nanoTime();
            Fleet.pause((long) (seconds * 1_000));
            var took = (System.nanoTime() - start) / 1e9;
            var rate = (commits.get() - before) / took;
            all = Machine.cpuOfAll() - ours(postgres) - all;
            going.set(false);
            return new Sample(rate, all / took);
        }
    }

    private static double ours(Postgres postgres) {
        return Machine.cpuOfFamily(postgres.pid()) + Machine.cpu(ProcessHandle.current().pid());
    }
}
