package io.carillon.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What an idle connection occupies: resident memory of the server with all connections, less that
/// without any, after collection, divided by their number.
///
/// The heap is fixed, so its garbage is part of the resident memory until it is collected, and
/// pages that a collection frees stay resident: the heap's live bytes are told beside it.
final class Memory {
    private Memory() {}

    static void run(Options options) {
        var clients = options.number("connections", 10_000);
        var raw = new ArrayList<Map<String, Object>>();
        var resident = new HashMap<String, List<Double>>();
        for (var round = 0; round < options.number("rounds", 2); round++) {
            // A server that has had connections has grown already: a fresh one for each round.
            try (var bed = new TestBed(options, 1)) {
                for (var target : bed.targets()) {
                    var entry = measure(target, clients);
                    raw.add(entry);
                    System.out.println("  " + Json.write(entry));
                    resident.computeIfAbsent(target.name(), _ -> new ArrayList<>())
                            .add((Double) entry.get("residentPerConnection") / 1_000);
                }
            }
        }
        Results.write(
                "memory",
                List.of(
                        "resident memory per idle connection, " + clients + " connections",
                        cell(resident, "carillon"),
                        cell(resident, "socketio"),
                        ratio(resident),
                        options.text("goal", "6 KB")),
                Json.object("rounds", raw));
    }

    private static String cell(Map<String, List<Double>> values, String name) {
        return values.containsKey(name) ? Results.spread(values.get(name), "%.1f KB") : "–";
    }

    private static String ratio(Map<String, List<Double>> values) {
        return values.size() < 2
                ? "–"
                : String.format(
                        java.util.Locale.ROOT,
                        "%.2f",
                        Results.median(values.get("carillon"))
                                / Results.median(values.get("socketio")));
    }

    private static Map<String, Object> measure(Target target, int clients) {
        // A few connections load the classes and run the code that all will need.
        open(target, 50).close();
        var before = target.memory();
        try (var fleet = open(target, clients)) {
            var after = target.memory();
            return Json.object(
                    "target",
                    target.name(),
                    "residentPerConnection",
                    1_024.0 * (number(after, "rss") - number(before, "rss")) / clients,
                    "heapPerConnection",
                    1.0 * (number(after, "heap") - number(before, "heap")) / clients,
                    "before",
                    before,
                    "after",
                    after,
                    "complaints",
                    fleet.snapshot().complaints());
        }
    }

    private static Fleet open(Target target, int clients) {
        var fleet = new Fleet(target.dialect(), target.port(), 1, Target.PAD);
        fleet.open(clients);
        return fleet;
    }

    private static long number(Map<String, Object> memory, String name) {
        return ((Number) memory.get(name)).longValue();
    }
}
