package io.carillon.chaos;

import io.carillon.oracle.Play;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What a run found, as a page: one row for each act. One thread.
final class Findings {
    private static final long MIB = 1 << 20;

    private final StringBuilder rows = new StringBuilder();
    private final Play play;
    private final Cluster cluster;
    private final Visitors visitors;
    private final long started = System.nanoTime();
    private long commits;
    private int connections;
    private int pollErrors;
    private Map<String, Integer> reasons = Map.of();
    private long most;
    private double without;

    /// @param visitors null where there are none
    Findings(Play play, Cluster cluster, Visitors visitors) {
        this.play = play;
        this.cluster = cluster;
        this.visitors = visitors;
    }

    /// @return polls that failed since the last row
    int pollErrors() {
        return play.pollErrors() - pollErrors;
    }

    /// When the parts of an act ended, in nanoseconds.
    ///
    /// @param started it began
    /// @param done everything was mended
    /// @param ready all nodes were ready
    /// @param quiet the writers had ended
    /// @param judged the clients agreed with the log
    record Times(long started, long done, long ready, long quiet, long judged) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.0f + %.1f + %.0f + %.1f",
                    (done - started) / 1e9,
                    (ready - done) / 1e9,
                    (quiet - ready) / 1e9,
                    (judged - quiet) / 1e9);
        }
    }

    /// After an act was judged.
    ///
    /// @param outcome what came of it
    void row(Act act, Times times, String outcome) throws IOException {
        var memory = cluster.memory();
        most = Math.max(most, memory);
        var resets = new TreeMap<>(play.reasons());
        reasons.forEach((reason, count) -> resets.merge(reason, -count, Integer::sum));
        resets.values().removeIf(count -> count == 0);
        var lacking = visitors == null ? 0 : visitors.paths().without();
        var row =
                String.format(
                        Locale.ROOT,
                        "| %s | %s | %d | %d | %d | %.1f | %s | %d | %s |%n",
                        act.meaning,
                        times,
                        play.commits() - commits,
                        play.connections() - connections,
                        pollErrors(),
                        lacking - without,
                        resets.isEmpty() ? "" : resets,
                        memory / MIB,
                        outcome);
        rows.append(row);
        System.out.print(row);
        without = lacking;
        commits = play.commits();
        connections = play.connections();
        pollErrors = play.pollErrors();
        reasons = new TreeMap<>(play.reasons());
    }

    /// @return the most that a node held after an act, MiB
    long most() {
        return most / MIB;
    }

    void write(Path file, long seed, String verdict) throws IOException {
        Files.createDirectories(file.getParent());
        var page = new StringBuilder(4_096);
        page.append("# Chaos\n\n");
        page.append(
                String.format(
                        Locale.ROOT,
                        "Seed %d, %.0f s: %s. %d commits, %d events in the log at the end, %d"
                                + " connections of clients on WebSocket, stream and poll.%n%n",
                        seed,
                        (System.nanoTime() - started) / 1e9,
                        verdict,
                        play.commits(),
                        play.events(),
                        play.connections()));
        page.append(
                "| what was done | s: broken + until ready + until writers had ended + until all"
                        + " agreed | commits | connections made | polls that failed"
                        + " | s that pages had no path | resets, by reason | most MiB in a node"
                        + " | found |\n"
                        + "|---|---|---|---|---|---|---|---|---|\n");
        page.append(rows);
        page.append(
                """

                After each row everything became quiet, and every client was compared with the log and the
                tables: nothing lost, nothing twice, nothing out of order per row, no wrong row on a
                screen, and each reset with a reason that the log confirms.

                """);
        if (visitors != null) {
            page.append("Pages that stayed open: ").append(visitors.paths()).append(".\n\n");
        }
        page.append("Counts: ").append(cluster.counts()).append('\n');
        Files.writeString(file, page);
        System.out.println(page);
    }
}
