package io.carillon.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.Standstill;
import io.carillon.oracle.Chance;
import io.carillon.oracle.Play;
import io.carillon.oracle.Verdict;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The cluster is broken in one way after the other, under load; after each, nothing is lost,
/// repeated or out of order.
///
/// In `mvn verify` short, in this JVM. `-Dcarillon.chaos.seconds=900` runs three processes behind
/// HAProxy for so long; `-Dcarillon.chaos.seed=…` repeats the dice, `-Dcarillon.chaos.acts=ROLL,…`
/// chooses. See `src/docs/testing.md`.
@Tag("A3")
@Tag("A6")
@Tag("C13")
@Tag("E8")
class ChaosTest {
    private static final int SECONDS = Integer.getInteger("carillon.chaos.seconds", 0);
    private static final long SEED =
            Long.getLong("carillon.chaos.seed", System.nanoTime() & 0xffff_ffffL);
    private static final String ACTS = System.getProperty("carillon.chaos.acts", "");
    private static final Path PAGE = Path.of("target", "chaos", "report.md");

    /// A node has 256 MiB of heap and 128 beside it; code, threads and classes come on top.
    private static final long MOST_MIB = 640;

    @Test
    @Timeout(value = 6, unit = TimeUnit.HOURS)
    void whateverBreaksNothingIsLostRepeatedOrOutOfOrder() throws Exception {
        System.out.printf("chaos: seed %d (repeat with -Dcarillon.chaos.seed=%d)%n", SEED, SEED);
        var brief = SECONDS == 0;
        var kind = brief ? Cluster.Kind.LOCAL : Cluster.Kind.PROCESSES;
        try (var standstill = new Standstill();
                var cluster = new Cluster(kind, Map.of())) {
            Play.furnish(cluster);
            var size = brief ? new Play.Size(6, 2, 2_000, 100) : new Play.Size(12, 4, 2_000, 200);
            try (var play = new Play("chaos", cluster, SEED, size);
                    var visitors = Visitors.open(cluster, brief ? 8 : 12)) {
                play.enter();
                var pace = Duration.ofSeconds(brief ? 1 : 4);
                var stagehand = new Stagehand(cluster, play, SEED, pace);
                var findings = new Findings(play, cluster, visitors);
                var verdict = "something is wrong in the act after the last row";
                try {
                    var most = size.clients() + (visitors == null ? 0 : visitors.count());
                    perform(cluster, play, most, stagehand, findings);
                    verdict = "nothing lost, repeated or out of order";
                } finally {
                    findings.write(PAGE, SEED, verdict);
                }
                if (visitors != null) {
                    judge(visitors.paths(), brief, RollingRestartTest.stood(standstill));
                }
                assertThat(brief ? 0 : findings.most()).as("MiB in a node").isLessThan(MOST_MIB);
            }
        }
    }

    /// In the short run a node dies every half minute, which costs a third of the pages the first
    /// step of their backoff: the share says nothing there, but nobody may be without for longer.
    private static void judge(Visitors.Paths paths, boolean brief, double stood) {
        assertThat(paths.connecting()).as("seconds to connect").isLessThan(2 + stood);
        if (brief) {
            assertThat(paths.longest()).as(paths.toString()).isLessThan(4 + stood);
        } else {
            assertThat(paths.share()).as(paths.toString()).isGreaterThanOrEqualTo(0.995);
        }
    }

    private static void perform(
            Cluster cluster, Play play, int connections, Stagehand stagehand, Findings findings)
            throws Exception {
        var chance = new Chance(SEED, "order of the acts");
        var end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        do {
            for (var act : shuffled(chance)) {
                if (SECONDS > 1 && System.nanoTime() > end) {
                    return;
                }
                var started = System.nanoTime();
                cluster.strict(act.unnoticed());
                play.write();
                play.goesOn(Duration.ofMillis(500));
                var hindrance = stagehand.perform(act);
                var done = System.nanoTime();
                cluster.awaitReady();
                var ready = System.nanoTime();
                play.goesOn(Duration.ofMillis(SECONDS == 0 ? 300 : 2_000));
                play.pause();
                var quiet = System.nanoTime();
                play.judge(cluster, new Verdict.Bounds(Cluster.BULK, Cluster.GAP, act.reasons()));
                Ghosts.awaitNone(cluster, connections);
                if (act.unnoticed()) {
                    assertThat(findings.pollErrors()).as("polls that failed").isZero();
                }
                findings.row(
                        act,
                        new Findings.Times(started, done, ready, quiet, System.nanoTime()),
                        hindrance == null ? "in order" : "not done: " + hindrance);
            }
        } while (System.nanoTime() < end);
    }

    private static List<Act> shuffled(Chance chance) {
        var left =
                new ArrayList<>(
                        !ACTS.isEmpty()
                                ? List.of(ACTS.split(",", -1)).stream().map(Act::valueOf).toList()
                                : SECONDS == 0 ? Act.brief() : List.of(Act.values()));
        var order = new ArrayList<Act>();
        while (!left.isEmpty()) {
            order.add(left.remove(chance.below(left.size())));
        }
        return order;
    }
}
