package io.carillon.sight;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.Clients;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

@Tag("D7")
@Timeout(120)
class CommitLatencyTest {
    /// What was told of a latency.
    private record Told(String kind, Origin from, Duration time) {}

    @Test
    void whereCommitsAreNotDatedTheTimeCountsFromWhenTheTailHadSeenTheEvent() throws Exception {
        try (var node = TestNode.start("carillon.sight.round", "50ms")) {
            var told = listen(node);
            node.open("news");
            try (var client = Clients.webSocket(node, TestNode.token("acme", "ana"), "news")) {
                node.emit("acme", "news", "told", "1");
                client.events(1);
                assertThat(next(told, "seen").from).isEqualTo(Origin.WRITTEN);
                var delivered = next(told, "delivered");
                assertThat(delivered.from).isEqualTo(Origin.SEEN);
                assertThat(delivered.time).isBetween(Duration.ZERO, Duration.ofSeconds(10));
            }
        }
    }

    @Test
    void whereCommitsAreDatedAnOpenTransactionIsNoLatency() throws Exception {
        var database = PostgresFixture.datingCommits();
        try (var node = TestNode.start(database, "carillon.sight.round", "50ms")) {
            var told = listen(node);
            node.open("news");
            try (var client = Clients.webSocket(node, TestNode.token("acme", "ana"), "news");
                    var writer = database.asSuperuser();
                    var statement = writer.createStatement()) {
                writer.setAutoCommit(false);
                statement.execute("select carillon.emit('acme', 'news', 'told', '1')");
                statement.execute("select pg_sleep(3)");
                // The rule that opened the channel was told to the nodes too.
                told.clear();
                var committing = System.nanoTime();
                writer.commit();
                client.events(1);
                var most = Duration.ofNanos(System.nanoTime() - committing).plusMillis(500);

                var seen = next(told, "seen");
                assertThat(seen.from).isEqualTo(Origin.COMMIT);
                assertThat(seen.time).isLessThan(most);
                var delivered = next(told, "delivered");
                assertThat(delivered.from).isEqualTo(Origin.COMMIT);
                assertThat(delivered.time).isBetween(seen.time, most);
            }
        }
    }

    private static BlockingQueue<Told> listen(TestNode node) {
        var told = new LinkedBlockingQueue<Told>();
        node.bean(Follower.class)
                .measure(
                        new Latencies() {
                            @Override
                            public void delivered(Origin from, Duration time) {
                                told.add(new Told("delivered", from, time));
                            }

                            @Override
                            public void seen(Origin from, Duration time) {
                                told.add(new Told("seen", from, time));
                            }
                        });
        return told;
    }

    private static Told next(BlockingQueue<Told> told, String kind) throws InterruptedException {
        while (true) {
            var next = told.poll(30, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing was measured");
            }
            if (next.kind.equals(kind)) {
                return next;
            }
        }
    }
}
