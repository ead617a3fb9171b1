package io.carillon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Random writers, random clients on all transports, random disturbances; in the end every screen
/// equals the tables and every event was delivered once.
///
/// `-Dcarillon.oracle.seed=…` repeats the dice, `-Dcarillon.oracle.seconds=…` sets how long it
/// runs; see `src/docs/testing.md`.
@Tag("A1")
@Tag("A3")
@Tag("A4")
@Tag("A9")
class OracleTest {
    /// Events of one transaction above which the node may say reset.
    static final int BULK = 60;

    /// Missed events above which the node may say reset.
    static final int GAP = 2_000;

    private static final int SECONDS = Integer.getInteger("carillon.oracle.seconds", 15);
    private static final long SEED =
            Long.getLong("carillon.oracle.seed", System.nanoTime() & 0xffff_ffffL);
    private static final int CLIENTS = Integer.getInteger("carillon.oracle.clients", 8);
    private static final int WRITERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CountDownLatch writersStop = new CountDownLatch(1);
    private final CountDownLatch disturberStop = new CountDownLatch(1);
    private final Signals signals = new Signals();
    private final LongAdder commits = new LongAdder();
    private final Diary writersDiary = new Diary(50);
    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> writers = new ArrayList<>();
    private final List<Thread> pages = new ArrayList<>();

    @Test
    @Timeout(value = 6, unit = TimeUnit.HOURS)
    void everyScreenEqualsTheTablesAndEveryEventCameOnce() throws Exception {
        System.out.printf(
                "oracle: seed %d, %d s (repeat with -Dcarillon.oracle.seed=%d)%n",
                SEED, SECONDS, SEED);
        try (var stage = new Stage()) {
            var disturber = new Disturber(stage, SEED, disturberStop, SECONDS > 60 ? 4_000 : 2_000);
            stage.startNode(disturber.settings());
            stage.furnish();
            start(stage);
            var disturbing = Thread.ofPlatform().name("oracle-disturber").start(disturber);
            var broken = signals.await(() -> false, Duration.ofSeconds(SECONDS));
            assertThat(broken).isFalse();
            disturberStop.countDown();
            disturbing.join();
            writersStop.countDown();
            for (var writer : writers) {
                writer.join();
            }
            try (var report = new Report(stage, disturber, clients, SEED)) {
                judge(stage, disturber, report);
            }
        } finally {
            disturberStop.countDown();
            writersStop.countDown();
            signals.stop();
            for (var page : pages) {
                page.join(Duration.ofSeconds(30));
            }
        }
    }

    private void start(Stage stage) {
        var mood = new Statements.Mood(SECONDS > 60 ? 2_500 : 500, 40);
        for (var number = 0; number < WRITERS; number++) {
            var name = "writer" + number;
            var writer =
                    new RandomWriter(stage, name, SEED, mood, writersStop, writersDiary, commits);
            writers.add(Thread.ofPlatform().name("oracle-" + name).start(writer));
        }
        var surroundings = new Client.Surroundings(stage, new Loader(stage), signals);
        for (var number = 0; number < CLIENTS; number++) {
            var tenant = Stage.TENANTS[number % Stage.TENANTS.length];
            var channels = new ArrayList<String>();
            for (var table : Table.values()) {
                if (number < 2 || (number * 7 + table.ordinal()) % 3 != 0) {
                    channels.add(table.channelOf("ana"));
                }
            }
            var client = new Client("client" + number, tenant, channels, SEED, surroundings);
            clients.add(client);
            pages.add(Thread.ofPlatform().name("oracle-" + client.name).start(client));
        }
    }

    private void judge(Stage stage, Disturber disturber, Report report) throws Exception {
        if (disturber.failure() != null) {
            throw new AssertionError("the disturber failed", disturber.failure());
        }
        report.failIf(signals);
        signals.beCalm();
        mark(stage, "1");
        awaitAgreement(stage, report);
        // What is live now gets one more event, and nothing else.
        mark(stage, "2");
        awaitAgreement(stage, report);
        signals.stop();
        for (var page : pages) {
            page.join();
        }
        report.failIf(signals);
        report.judgePast();
        System.out.println("oracle: " + report.summary(commits.sum()));
        writersDiary.last(20).forEach(line -> System.out.println("oracle: " + line));
    }

    private static void mark(Stage stage, String text) throws SQLException {
        try (var connection = stage.application("marker")) {
            for (var tenant : Stage.TENANTS) {
                Stage.run(
                        connection,
                        "select carillon.emit('%s', 'news', 'told', '%s')".formatted(tenant, text));
            }
        }
    }

    private void awaitAgreement(Stage stage, Report report) throws Exception {
        report.read();
        if (!signals.await(report::agreed, PATIENCE)) {
            report.failIf(signals);
            report.fail();
        }
    }
}
