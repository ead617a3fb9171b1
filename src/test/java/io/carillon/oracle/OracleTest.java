package io.carillon.oracle;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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

    private final CountDownLatch disturberStop = new CountDownLatch(1);

    @Test
    @Timeout(value = 6, unit = TimeUnit.HOURS)
    void everyScreenEqualsTheTablesAndEveryEventCameOnce() throws Exception {
        System.out.printf(
                "oracle: seed %d, %d s (repeat with -Dcarillon.oracle.seed=%d)%n",
                SEED, SECONDS, SEED);
        var size = new Play.Size(CLIENTS, WRITERS, SECONDS > 60 ? 2_500 : 500, 40);
        try (var stage = new Stage();
                var play = new Play("oracle", stage, SEED, size)) {
            var disturber = new Disturber(stage, SEED, disturberStop, SECONDS > 60 ? 4_000 : 2_000);
            stage.startNode(disturber.settings());
            stage.furnish();
            play.write();
            play.enter();
            var disturbing = Thread.ofPlatform().name("oracle-disturber").start(disturber);
            var unused = play.goesOn(Duration.ofSeconds(SECONDS));
            disturberStop.countDown();
            disturbing.join();
            play.pause();
            if (disturber.failure() != null) {
                throw new AssertionError("the disturber failed", disturber.failure());
            }
            var rotated = disturber.counts().containsKey("rotate");
            play.judge(
                    disturber,
                    new Verdict.Bounds(BULK, GAP, rotated ? Set.of("expired") : Set.of()));
            System.out.println("oracle: " + play.summary(disturber));
            play.refusals().forEach(line -> System.out.println("oracle: " + line));
        } finally {
            disturberStop.countDown();
        }
    }
}
