package io.carillon.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// All clients are dropped and come back at once while events flow: how long until every one of
/// them has everything, and what is lost.
///
/// Carillon's clients bring the cursor of their last message and may expect everything after it.
/// The peer's clients bring nothing: its Node server recovers connections only with the in-memory
/// adapter's option, which is not what its documentation sets up; for them what was published
/// while they were away is counted as lost. `idle` clients of another tenant stay connected beside.
final class Storm {
    private static final double EVENTS_PER_SECOND = 20;

    private Storm() {}

    static void run(Options options) {
        var clients = options.number("connections", 5_000);
        var raw = new ArrayList<Map<String, Object>>();
        var took = new HashMap<String, List<Double>>();
        var lost = new HashMap<String, List<Double>>();
        try (var bed = new TestBed(options, 2)) {
            for (var round = 0; round < options.number("rounds", 3); round++) {
                for (var target : bed.targets()) {
                    Quiet.await(options.number("patience", 10));
                    var entry = measure(target, clients, options);
                    System.out.println("  " + Json.write(entry));
                    raw.add(entry);
                    took.computeIfAbsent(target.name(), _ -> new ArrayList<>())
                            .add((Double) entry.get("seconds"));
                    lost.computeIfAbsent(target.name(), _ -> new ArrayList<>())
                            .add((Double) entry.get("lostShare"));
                }
            }
        }
        Results.write(
                Results.name(options, "storm"),
                List.of(
                        clients + " clients dropped and back, events flowing",
                        cell(took, lost, "carillon"),
                        cell(took, lost, "socketio"),
                        "",
                        options.text("goal", "1.0 s, 0 lost")),
                Json.object("rounds", raw));
    }

    private static String cell(
            Map<String, List<Double>> took, Map<String, List<Double>> lost, String name) {
        return took.containsKey(name)
                ? Results.spread(took.get(name), "%.2f s")
                        + ", lost "
                        + Results.spread(lost.get(name), "%.1f %%")
                : "–";
    }

    private static Map<String, Object> measure(Target target, int clients, Options options) {
        try (var idle = new Fleet(target.dialect(), target.port(), 2, Target.PAD);
                var fleet = new Fleet(target.dialect(), target.port(), 1, Target.PAD)) {
            idle.openIn(1, options.number("idle", 0));
            fleet.open(clients);
            var pace = new Pace(target, fleet.timeline(), 1, 50);
            pace.run(EVENTS_PER_SECOND, 2);
            await(fleet, pace);
            var before = fleet.snapshot();
            var publishedBefore = pace.published();
            var begin = target.transactions();
            var transactions = target.transactions();
            var idleTransactions = transactions - begin;
            var resident = Machine.memory(target.pid()).get("rss");
            var storming = new AtomicBoolean(true);
            var publisher =
                    new Thread(() -> {
                        while (storming.get()) {
                            pace.run(EVENTS_PER_SECOND, 0.5);
                        }
                    });
            publisher.start();
            Fleet.pause(500);
            var server = Machine.cpu(target.pid());
            var seconds = fleet.reconnect(Client::next) / 1e9;
            server = Machine.cpu(target.pid()) - server;
            storming.set(false);
            join(publisher);
            await(fleet, pace);
            transactions = target.transactions() - transactions;
            var end = fleet.snapshot();
            var published = (pace.published() - publishedBefore) * clients;
            var missing = end.missing() + fleet.lacking(pace.publishedByRoom());
            return Json.object(
                    "target",
                    target.name(),
                    "seconds",
                    seconds,
                    "serverCpuSeconds",
                    server,
                    "transactions",
                    transactions,
                    "transactionsInElevenIdleSeconds",
                    idleTransactions,
                    "transactionsOfThePublisher",
                    pace.published() - publishedBefore,
                    "residentBeforeKilobytes",
                    resident,
                    "residentAfterKilobytes",
                    Machine.memory(target.pid()).get("rss"),
                    "idleClosed",
                    idle.snapshot().closed(),
                    "lost",
                    missing,
                    "lostShare",
                    100.0 * missing / published,
                    "duplicates",
                    end.duplicates() - before.duplicates(),
                    "disordered",
                    end.disordered() - before.disordered(),
                    "complaints",
                    end.complaints());
        }
    }

    private static void await(Fleet fleet, Pace pace) {
        for (var wait = 0; wait < 30 && fleet.lacking(pace.publishedByRoom()) > 0; wait++) {
            Fleet.pause(100);
        }
    }

    private static void join(Thread publisher) {
        try {
            publisher.join();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
