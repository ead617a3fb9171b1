package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.limit.LimitKind;
import io.carillon.limit.Limits;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// A tenant that does ten times what it may does not slow another.
@Timeout(120)
@Tag("F8")
class NoisyTenantTest {
    private static final int SAMPLES = 300;
    private static final int LIMIT = 200;
    private static final String NOISE =
            "\"command\":\"publish\",\"channel\":\"news\",\"type\":\"t\",\"data\":1";

    @Test
    void theOthersAreServedAsBefore() throws Exception {
        try (var node = TestNode.start("carillon.hub.ring", 1_048_576)) {
            node.open("news");
            node.sql("select carillon.limit('noisy', 'publishes', %d)".formatted(LIMIT));
            node.sql("select carillon.limit('noisy', 'user_connections', 10)");
            node.sql("select carillon.limit('noisy', 'deliveries', 2000)");
            var old = node.cursor();
            backlog(node);
            try (var quiet = RawWebSocket.connected(node, TestNode.token("quiet", "q"))) {
                quiet.subscribe("news");
                var unused = latencies(node, quiet);
                var before = latencies(node, quiet);
                var running = new AtomicBoolean(true);
                var noise = noise(node, old, running);
                var during = latencies(node, quiet);
                running.set(false);
                for (var thread : noise) {
                    thread.join();
                }
                report(before, during);
                assertThat(p99(during)).isLessThan(p99(before).multipliedBy(10).plusMillis(100));
                var limits = node.bean(Limits.class);
                assertThat(limits.refused(LimitKind.PUBLISHES)).isPositive();
                assertThat(limits.refused(LimitKind.USER_CONNECTIONS)).isPositive();
            }
        }
    }

    /// More than the ring holds, so that whoever comes with an old cursor makes the node read the
    /// log.
    private static void backlog(TestNode node) {
        for (var transaction = 0; transaction < 10; transaction++) {
            node.sql(
                    "select carillon.emit('noisy', 'news', 't', jsonb_build_object('x', repeat('x',"
                            + " 500))) from generate_series(1, 500)");
        }
        node.awaitSeen();
    }

    private static void report(List<Duration> before, List<Duration> during) {
        System.out.printf(
                "p99 from commit to client: %d us before, %d us beside a tenant far beyond its"
                        + " limits; median %d and %d us%n",
                p99(before).toNanos() / 1_000,
                p99(during).toNanos() / 1_000,
                before.get(SAMPLES / 2).toNanos() / 1_000,
                during.get(SAMPLES / 2).toNanos() / 1_000);
    }

    /// Publishes at ten times the limit, connections over the limit, and recoveries from the log,
    /// one after the other.
    private static List<Thread> noise(TestNode node, String old, AtomicBoolean running) {
        var token = TestNode.token("noisy", "n", "writer");
        var threads = new ArrayList<Thread>();
        for (var number = 0; number < 4; number++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                while (running.get()) {
                                    publish(node, token, running);
                                }
                            }));
        }
        for (var number = 0; number < 8; number++) {
            threads.add(Thread.ofVirtual().start(() -> recover(node, token, old, running)));
        }
        return threads;
    }

    private static void publish(TestNode node, String token, AtomicBoolean running) {
        try (var client = RawWebSocket.connected(node, token)) {
            while (running.get()) {
                client.ask(NOISE);
                // Four of these are ten times the limit.
                LockSupport.parkNanos(1_000_000_000L / (LIMIT * 10 / 4));
            }
        } catch (RuntimeException closed) {
            // Too fast for a connection: comes back at once.
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void recover(TestNode node, String token, String old, AtomicBoolean running) {
        while (running.get()) {
            try (var client = RawWebSocket.connected(node, token)) {
                client.ask(
                        "\"command\":\"subscribe\",\"channels\":[\"news\"],\"cursor\":\""
                                + old
                                + "\"");
            } catch (RuntimeException crowded) {
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private static List<Duration> latencies(TestNode node, RawWebSocket client) {
        var latencies = new ArrayList<Duration>();
        for (var sample = 0; sample < SAMPLES; sample++) {
            node.emit("quiet", "news", "t", "{}");
            // From the commit's acknowledgement: how long that takes is the database's affair.
            var began = System.nanoTime();
            client.next();
            latencies.add(Duration.ofNanos(System.nanoTime() - began));
            LockSupport.parkNanos(2_000_000);
        }
        latencies.sort(null);
        return latencies;
    }

    private static Duration p99(List<Duration> sorted) {
        return sorted.get(sorted.size() * 99 / 100);
    }
}
