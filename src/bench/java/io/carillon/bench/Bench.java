package io.carillon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The load generator's process: measures one figure and ends.
public final class Bench {
    private Bench() {}

    /// @param arguments the figure, then its options as `--name=value`
    public static void main(String[] arguments) {
        var options = Options.of(arguments, 1);
        switch (arguments[0]) {
            case "fanout" -> {
                var subscribers = options.number("subscribers", 1_000);
                deliveries(options, "fanout-" + subscribers, subscribers, 1);
            }
            case "tenants" -> {
                var tenants = options.number("tenants", 1_000);
                deliveries(options, "tenants", tenants * 5, tenants);
            }
            case "memory" -> Memory.run(options);
            case "storm" -> Storm.run(options);
            case "latency" -> Latency.run(options);
            case "writers" -> Writers.run(options);
            case "noisy" -> Noisy.run(options);
            case "studio" -> Studio.run(options);
            case "table" -> Results.table();
            default -> throw new IllegalArgumentException("no figure " + arguments[0]);
        }
        // Non-daemon threads of drivers must not hold the process.
        System.exit(0);
    }

    /// Alternates between the targets and reports the medians of the rounds.
    private static void deliveries(Options options, String figure, int clients, int rooms) {
        var start = options.decimal("start", 20_000);
        var limit = options.decimal("limit", 2_000_000);
        var goal = options.text("goal", "");
        var raw = new ArrayList<Map<String, Object>>();
        var sustained = new java.util.HashMap<String, List<Double>>();
        var perCpu = new java.util.HashMap<String, List<Double>>();
        try (var bed = new TestBed(options, rooms)) {
            for (var round = 0; round < options.number("rounds", 3); round++) {
                for (var target : bed.targets()) {
                    Quiet.await(options.number("patience", 10));
                    System.out.println(figure + " round " + round + " " + target.name());
                    try (var fan = new FanOut(target, clients, rooms, options)) {
                        var outcome = fan.search(start, limit);
                        var entry = outcome.raw();
                        entry.put("target", target.name());
                        raw.add(entry);
                        add(sustained, target.name(), outcome.sustained());
                        add(perCpu, target.name(), outcome.perCpuSecond());
                    }
                }
            }
        }
        Results.write(
                Results.name(options, figure),
                List.of(
                        figure + ", deliveries/s sustained [per CPU second]",
                        both(sustained, perCpu, "carillon"),
                        both(sustained, perCpu, "socketio"),
                        ratio(sustained) + " [" + ratio(perCpu) + "]",
                        goal),
                Json.object("rounds", raw));
    }

    private static void add(Map<String, List<Double>> lists, String name, double value) {
        lists.computeIfAbsent(name, _ -> new ArrayList<>()).add(value / 1_000);
    }

    private static String both(
            Map<String, List<Double>> sustained, Map<String, List<Double>> perCpu, String name) {
        return sustained.containsKey(name)
                ? Results.spread(sustained.get(name), "%.0f k")
                        + " ["
                        + Results.spread(perCpu.get(name), "%.0f k")
                        + "]"
                : "–";
    }

    private static String ratio(Map<String, List<Double>> lists) {
        // On a machine that others use nothing may have been kept up with.
        return Results.median(lists.getOrDefault("socketio", List.of())) > 0
                        && lists.containsKey("carillon")
                ? String.format(
                        Locale.ROOT,
                        "%.2f",
                        Results.median(lists.get("carillon"))
                                / Results.median(lists.get("socketio")))
                : "–";
    }
}
