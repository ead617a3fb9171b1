package io.carillon.oracle;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Judges the clients at the end, and says what a person needs when something is wrong: the client,
/// its diary around the first difference, the row's events in the log, the disturbances before.
final class Report implements AutoCloseable {
    private final Connection connection;
    private final Disturbances disturber;
    private final Verdict.Bounds bounds;
    private final List<Client> clients;
    private final long seed;
    private Verdict verdict;

    Report(
            Ground stage,
            Disturbances disturber,
            List<Client> clients,
            long seed,
            Verdict.Bounds bounds)
            throws SQLException {
        this.connection = stage.superuser();
        this.disturber = disturber;
        this.clients = clients;
        this.seed = seed;
        this.bounds = bounds;
    }

    /// Reads the log; nobody but the marker writes any more.
    void read() throws SQLException {
        verdict = new Verdict(connection, bounds);
    }

    /// @return whether every client follows all and shows what is there
    boolean agreed() {
        return disagreements(true).isEmpty();
    }

    private record Disagreement(Client client, Following following, String problem) {}

    private List<Disagreement> disagreements(boolean firstOnly) {
        var found = new ArrayList<Disagreement>();
        for (var client : clients) {
            synchronized (client) {
                if (!client.complete()) {
                    found.add(
                            new Disagreement(client, null, "does not follow all of its channels"));
                }
                for (var following : client.followings.values()) {
                    var problem = judge(following);
                    if (problem != null) {
                        found.add(new Disagreement(client, following, problem));
                    }
                }
            }
            if (firstOnly && !found.isEmpty()) {
                return found;
            }
        }
        return found;
    }

    /// @return who does not agree yet, and what it did last
    List<String> whoIsLate() {
        var lines = new ArrayList<String>();
        for (var late : disagreements(false)) {
            lines.add(late.client.name + " at " + Diary.now() + ": " + line(late));
            late.client.diary.last(4).forEach(did -> lines.add("  " + did));
        }
        return lines;
    }

    private String judge(Following following) {
        try {
            return verdict.judge(following);
        } catch (SQLException lost) {
            throw new IllegalStateException(lost);
        }
    }

    /// @return the followings that were reset since the last look, each judged
    List<Following> judgePast() throws SQLException {
        var judged = new ArrayList<Following>();
        for (var client : clients) {
            synchronized (client) {
                for (var following : client.past) {
                    var problem = verdict.judgeEnded(following);
                    if (problem != null) {
                        throw told(new Disagreement(client, following, problem), null);
                    }
                }
                judged.addAll(client.past);
                client.past.clear();
            }
        }
        return judged;
    }

    int events() {
        return verdict.events();
    }

    void failIf(Signals signals) throws SQLException {
        if (signals.failure() != null) {
            read();
            throw told(
                    new Disagreement(signals.failing(), null, signals.failure().getMessage()),
                    signals.failure());
        }
    }

    void fail() throws SQLException {
        var found = disagreements(false);
        found.forEach(it -> System.out.println(it.client.name + ": " + line(it)));
        throw told(found.getFirst(), null);
    }

    private static String line(Disagreement it) {
        return (it.following == null
                        ? ""
                        : it.following.channel + " since " + it.following.since + ": ")
                + it.problem;
    }

    private AssertionError told(Disagreement it, Throwable cause) throws SQLException {
        var text = new StringBuilder(4_096);
        text.append("oracle: seed ").append(seed).append(": ").append(it.client.name);
        text.append(" of ").append(it.client.tenant).append(": ").append(line(it));
        var id = it.following == null ? id(it.problem) : verdict.firstDifference(it.following);
        section(
                text,
                "its diary around the first difference",
                it.client.diary.around(" " + id, 60, 40));
        section(text, "its diary at the end", it.client.diary.last(40));
        section(text, "events of the same row", id == 0 ? List.of() : verdict.ofTheSameRow(id));
        section(text, "disturbances", disturber.diary().last(60));
        System.out.println(text);
        return new AssertionError(text.toString(), cause);
    }

    private static long id(String problem) {
        var match =
                java.util.regex.Pattern.compile("event (\\d+)").matcher(String.valueOf(problem));
        return match.find() ? Long.parseLong(match.group(1)) : 0;
    }

    private static void section(StringBuilder text, String title, List<String> lines) {
        text.append("\n--- ").append(title);
        lines.forEach(line ->
                text.append('\n').append(line.length() > 600 ? line.substring(0, 600) : line));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
