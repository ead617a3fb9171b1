package io.carillon.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.Standstill;
import io.carillon.oracle.Play;
import io.carillon.oracle.Verdict;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// A deploy that nobody notices: three nodes are replaced one after the other while clients on all
/// transports follow and writers write.
@Tag("F7")
@Tag("A6")
@Tag("C13")
@Tag("E8")
class RollingRestartTest {
    private static final long SEED =
            Long.getLong("carillon.chaos.seed", System.nanoTime() & 0xffff_ffffL);

    @Test
    @Timeout(240)
    void nothingIsLostOrRepeatedNoPollFailsAndTheLogIsNotAsked() throws Exception {
        System.out.println("rolling restart: seed " + SEED);
        var settings =
                Map.<String, Object>of(
                        "carillon.drain.notice", "500ms", "carillon.drain.spread", "1s");
        try (var standstill = new Standstill();
                var cluster = new Cluster(Cluster.Kind.LOCAL, settings)) {
            Play.furnish(cluster);
            // Without TRUNCATE and bulk statements: those are answered with resets.
            var size = new Play.Size(9, 3, Integer.MAX_VALUE, Integer.MAX_VALUE);
            try (var play = new Play("rolling", cluster, SEED, size);
                    var visitors = Visitors.open(cluster, 8)) {
                cluster.strict(true);
                play.write();
                play.enter();
                for (var member : cluster.members) {
                    assertThat(play.goesOn(Duration.ofSeconds(1))).isTrue();
                    cluster.told("roll");
                    member.leave();
                    member.start();
                }
                assertThat(play.goesOn(Duration.ofSeconds(1))).isTrue();
                play.pause();
                play.judge(cluster, new Verdict.Bounds(Cluster.BULK, Cluster.GAP, Set.of()));
                System.out.println("rolling restart: " + play.summary(cluster));
                if (visitors != null) {
                    var paths = visitors.paths();
                    System.out.println("rolling restart: " + paths);
                    assertThat(paths.connecting())
                            .as("seconds to connect")
                            .isLessThan(2 + stood(standstill));
                    var free = visitors.free();
                    assertThat(free.share()).as(free.toString()).isGreaterThanOrEqualTo(0.995);
                    assertThat(paths.longest())
                            .as(paths.toString())
                            .isLessThan(4 + stood(standstill));
                }
                assertThat(play.pollErrors()).as("polls that failed").isZero();
                assertThat(play.reasons()).as("resets").isEmpty();
                assertThat(play.connections()).as("everybody moved").isGreaterThan(27);
                assertThat(cluster.members)
                        .as("pages of the log that recoveries read")
                        .allMatch(member -> member.reads() == 0);
            }
        }
    }

    /// @return for how many seconds nothing moved here, which no page can be blamed for
    static double stood(Standstill standstill) {
        return standstill.soFar().toMillis() / 1_000.0;
    }
}
