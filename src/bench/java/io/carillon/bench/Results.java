package io.carillon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Where results go: raw ones as JSON, each figure as one row of a Markdown table.
final class Results {
    static final Path DIRECTORY = Path.of("target/bench");

    private Results() {}

    /// @param options of the command line
    /// @param figure what is measured
    /// @return its name, with the wire where that is not our own
    static String name(Options options, String figure) {
        var wire = options.text("wire", "realtime");
        return wire.equals("realtime") ? figure : figure + "-" + wire;
    }

    /// @param figure the figure's name, also its files'
    /// @param row the cells: figure, Carillon, peer, ratio, target
    /// @param raw everything that was seen
    static void write(String figure, List<String> row, Map<String, Object> raw) {
        var everything = Json.object("figure", figure, "at", Instant.now().toString());
        everything.put("machine", Machine.describe());
        everything.putAll(raw);
        var line = "| " + String.join(" | ", row) + " |\n";
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(DIRECTORY.resolve(figure + ".json"), Json.write(everything) + "\n");
            Files.writeString(DIRECTORY.resolve(figure + ".row.md"), line);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        System.out.print(line);
    }

    /// Prints all rows that were measured as one table.
    static void table() {
        System.out.println("| figure | Carillon | peer | ratio | target |");
        System.out.println("|---|---|---|---|---|");
        try (var files = Files.list(DIRECTORY)) {
            for (var file :
                    files.filter(it -> it.toString().endsWith(".row.md")).sorted().toList()) {
                System.out.print(Files.readString(file));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static double median(double... values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        var middle = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1
                        ? sorted[middle]
                        : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double median(List<Double> values) {
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /// @return the median, and in brackets the lowest and the highest
    static String spread(List<Double> values, String format) {
        var sorted = values.stream().sorted().toList();
        return String.format(Locale.ROOT, format, median(values))
                + " ("
                + String.format(Locale.ROOT, format, sorted.getFirst())
                + "–"
                + String.format(Locale.ROOT, format, sorted.getLast())
                + ")";
    }
}
