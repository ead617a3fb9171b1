package io.carillon.oracle;

import io.carillon.auth.TestTokens;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/// Random writers and random clients on a [Ground], and the judgement of what the clients were
/// told. Who disturbs them is the caller's. One thread.
public final class Play implements AutoCloseable {
    /// What takes longer is told of, although it is no failure.
    private static final Duration SOON = Duration.ofSeconds(8);

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /// How much goes on.
    ///
    /// @param clients pages
    /// @param writers connections that write
    /// @param truncateOnceIn statements per TRUNCATE
    /// @param bulkOnceIn statements per bulk statement
    public record Size(int clients, int writers, int truncateOnceIn, int bulkOnceIn) {}

    private final String title;
    private final Ground ground;
    private final long seed;
    private final Size size;
    private final Signals signals = new Signals();
    private final LongAdder commits = new LongAdder();
    private final Diary writersDiary = new Diary(50);
    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> pages = new ArrayList<>();
    private final List<Thread> writers = new ArrayList<>();
    private final Map<String, Integer> reasons = new TreeMap<>();
    private CountDownLatch writersStop = new CountDownLatch(1);
    private int acts;
    private int marks;
    private int events;

    /// @param title what its lines begin with
    /// @param ground where
    /// @param seed repeats the dice
    /// @param size how much
    public Play(String title, Ground ground, long seed, Size size) {
        this.title = title;
        this.ground = ground;
        this.seed = seed;
        this.size = size;
    }

    /// Makes the login's rights and the tables; a node has started once, so its schema is there.
    ///
    /// @param ground where
    public static void furnish(Ground ground) throws SQLException {
        try (var connection = ground.superuser()) {
            Ground.run(connection, "select carillon.allow_watch('application')");
            Ground.run(connection, "select carillon.allow_emit('application')");
            Ground.run(connection, "select carillon.rule('news')");
            Ground.run(connection, "grant select on carillon.event to application");
            // What is dropped from the log is kept here for the verdict.
            Ground.run(
                    connection, "create table kept as select * from carillon.event with no data");
        }
        try (var connection = ground.application("furnish")) {
            for (var table : Table.values()) {
                if (!table.make.isEmpty()) {
                    Ground.run(connection, table.make);
                }
            }
            Ground.run(connection, "create unlogged table scratch (n int)");
            Ground.run(connection, "create table burnt (n int)");
        }
    }

    /// The clients come.
    public void enter() {
        var surroundings = new Client.Surroundings(ground, new Loader(ground), signals);
        for (var number = 0; number < size.clients; number++) {
            var tenant = Ground.TENANTS[number % Ground.TENANTS.length];
            var channels = new ArrayList<String>();
            for (var table : Table.values()) {
                if (number < 2 || (number * 7 + table.ordinal()) % 3 != 0) {
                    channels.add(table.channelOf("ana"));
                }
            }
            var client = new Client("client" + number, tenant, channels, seed, surroundings);
            clients.add(client);
            pages.add(Thread.ofPlatform().name(title + "-" + client.name).start(client));
        }
    }

    /// The writers begin, each with other dice than the last time.
    public void write() {
        signals.beWild();
        writersStop = new CountDownLatch(1);
        acts++;
        var mood = new Statements.Mood(size.truncateOnceIn, size.bulkOnceIn);
        for (var number = 0; number < size.writers; number++) {
            var name = "writer" + number;
            var writer =
                    new RandomWriter(
                            ground, name, seed + acts, mood, writersStop, writersDiary, commits);
            writers.add(Thread.ofPlatform().name(title + "-" + name).start(writer));
        }
    }

    /// Goes on for a while.
    ///
    /// @param time how long
    /// @return whether nothing has gone wrong so far
    public boolean goesOn(Duration time) throws InterruptedException {
        var unused = signals.await(() -> false, time);
        return signals.failure() == null;
    }

    /// The writers end; what they have begun is committed or rolled back.
    public void pause() throws InterruptedException {
        writersStop.countDown();
        for (var writer : writers) {
            writer.join();
        }
        writers.clear();
    }

    /// Everything becomes quiet and is compared with the log and the tables. Nobody writes, nothing
    /// is broken. Clients stay.
    ///
    /// @param disturbances for the report of a failure
    /// @param bounds what the nodes may say reset for
    /// @throws AssertionError something was lost, came twice or out of order, is shown wrong, or
    ///     was reset without a reason
    public void judge(Disturbances disturbances, Verdict.Bounds bounds) throws Exception {
        try (var report = new Report(ground, disturbances, clients, seed, bounds)) {
            report.failIf(signals);
            signals.beCalm();
            mark();
            awaitAgreement(report);
            // What is live now gets one more event, and nothing else.
            mark();
            awaitAgreement(report);
            report.failIf(signals);
            for (var following : report.judgePast()) {
                reasons.merge(following.ended, 1, Integer::sum);
            }
            events = report.events();
        }
    }

    private void mark() throws SQLException {
        marks++;
        try (var connection = ground.application("marker")) {
            for (var tenant : Ground.TENANTS) {
                Ground.run(
                        connection,
                        "select carillon.emit('%s', 'news', 'told', '%d')"
                                .formatted(tenant, marks));
            }
        }
    }

    private void awaitAgreement(Report report) throws Exception {
        report.read();
        if (signals.await(report::agreed, SOON)) {
            return;
        }
        report.whoIsLate().forEach(line -> System.out.println(title + ": late: " + line));
        if (!signals.await(report::agreed, PATIENCE)) {
            report.failIf(signals);
            report.fail();
        }
    }

    /// More clients come, follow everything, and never read.
    ///
    /// @param count how many
    /// @return closes them
    public Stalled stall(int count) throws Exception {
        var sessions = new ArrayList<Session>();
        for (var number = 0; number < count; number++) {
            var tenant = Ground.TENANTS[number % Ground.TENANTS.length];
            var token = TestTokens.hs256(TestTokens.user(tenant, "ana", List.of("member")));
            var session = new WebSocketSession(ground.port(), 2_048, token);
            try (var connection = ground.application("back-end")) {
                var cursor = Ground.one(connection, "select carillon.cursor()");
                var channels =
                        List.of(Table.values()).stream().map(it -> it.channelOf("ana")).toList();
                var unused = session.subscribe(channels, cursor);
            }
            sessions.add(session);
        }
        return () -> sessions.forEach(Session::vanish);
    }

    /// Clients that do not read.
    public interface Stalled extends AutoCloseable {
        @Override
        void close();
    }

    /// @return commits of the writers so far
    public long commits() {
        return commits.sum();
    }

    /// @return events in the log at the last judgement
    public int events() {
        return events;
    }

    /// @return connections that clients have made so far
    public int connections() {
        return clients.stream().mapToInt(client -> client.connections).sum();
    }

    /// @return polls that ended in anything but an answer so far
    public int pollErrors() {
        return clients.stream().mapToInt(client -> client.pollErrors).sum();
    }

    /// @return resets so far, by reason; all of them were judged
    public Map<String, Integer> reasons() {
        return reasons;
    }

    /// @param disturbances what was done
    /// @return what happened, in one line
    public String summary(Disturbances disturbances) {
        return String.format(
                Locale.ROOT,
                "%d commits, %d events, %d connections of %d clients, %d answers 5xx while things"
                        + " were broken, resets %s, disturbances %s",
                commits(),
                events,
                connections(),
                clients.size(),
                clients.stream().mapToInt(client -> client.faults).sum(),
                reasons,
                disturbances.counts());
    }

    /// @return what the writers were refused, the last of it
    public List<String> refusals() {
        return writersDiary.last(20);
    }

    /// Everybody goes.
    @Override
    public void close() throws InterruptedException {
        writersStop.countDown();
        signals.stop();
        for (var page : pages) {
            page.join(Duration.ofSeconds(30));
        }
    }
}
