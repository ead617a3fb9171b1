package io.carillon.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What an idle connection occupies: resident memory of the server with all connections, less that
/// without any, after collection, divided by their number.
///
/// Of Carillon, whose heap is fixed, all pages are touched at the start: what grows outside the
/// heap is seen in the resident memory, what grows inside is its live bytes, and the figure is the
/// sum. Otherwise the first garbage of 10,000 handshakes would count, which touches pages that any
/// later work would have touched, and which no further connection costs again. The peer's heap
/// grows by need: its resident memory is taken as it is.
final class Memory {
    private Memory() {}

    static void run(Options options) {
        var clients = options.number("connections", 10_000);
        var raw = new ArrayList<Map<String, Object>>();
        var resident = new HashMap<String, List<Double>>();
        for (var round = 0; round < options.number("rounds", 2); round++) {
            // A server that has had connections has grown already: a fresh one for each round.
            try (var bed = new TestBed(options.with("flags", "-XX:+AlwaysPreTouch"), 1)) {
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
                Results.name(options, "memory"),
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
            var resident = 1_024.0 * (number(after, "rss") - number(before, "rss")) / clients;
            var heap = 1.0 * (number(after, "heap") - number(before, "heap")) / clients;
            return Json.object(
                    "target",
                    target.name(),
                    "residentPerConnection",
                    target instanceof Node ? resident + heap : resident,
                    "heapPerConnection",
                    heap,
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
