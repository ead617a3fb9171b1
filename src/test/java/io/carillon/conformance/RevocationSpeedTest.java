package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.auth.TestTokens;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// How long it takes from the order to the closed connection, on three nodes under load.
@Timeout(180)
@Tag("F5")
@Isolated("measures latencies")
class RevocationSpeedTest {
    private static final int REVOCATIONS = 200;
    private static final Duration BOUND = Duration.ofSeconds(1);

    @Test
    void everyRevocationClosesOnEveryNodeWithinASecond() throws Exception {
        try (var one = TestNode.start();
                var two = one.beside();
                var three = one.beside();
                var standstill = new Standstill()) {
            one.open("news");
            var users = attach(List.of(one, two, three));
            var running = new AtomicBoolean(true);
            var load = Thread.ofVirtual().start(() -> write(one, running));
            var times = new ArrayList<Duration>();
            for (var user = 0; user < REVOCATIONS; user++) {
                var before = standstill.soFar();
                var took = revoke(one, user, users.get(user));
                times.add(took.minus(standstill.soFar().minus(before)));
            }
            running.set(false);
            load.join();
            times.sort(null);
            System.out.printf(
                    "from revoke to closed on three nodes, %d revocations under load: median %d ms,"
                            + " p99 %d ms, worst %d ms; all stood still for %d ms%n",
                    REVOCATIONS,
                    times.get(REVOCATIONS / 2).toMillis(),
                    times.get(REVOCATIONS * 99 / 100).toMillis(),
                    times.getLast().toMillis(),
                    standstill.soFar().toMillis());
            assertThat(times.getLast()).isLessThan(BOUND);
        }
    }

    private static List<List<RawWebSocket>> attach(List<TestNode> nodes) {
        var users = new ArrayList<List<RawWebSocket>>();
        for (var user = 0; user < REVOCATIONS; user++) {
            var token = TestTokens.hs256(TestTokens.user("acme", "user" + user, List.of()));
            var clients = new ArrayList<RawWebSocket>();
            for (var node : nodes) {
                var client = RawWebSocket.connected(node, token);
                client.subscribe("news");
                clients.add(client);
            }
            users.add(clients);
        }
        return users;
    }

    /// About a hundred events a second to six hundred connections.
    private static void write(TestNode node, AtomicBoolean running) {
        while (running.get()) {
            node.emit("acme", "news", "t", "{\"text\":\"" + "x".repeat(200) + "\"}");
            LockSupport.parkNanos(9_000_000);
        }
    }

    private static Duration revoke(TestNode node, int user, List<RawWebSocket> clients)
            throws InterruptedException {
        var closed = new CountDownLatch(clients.size());
        for (var client : clients) {
            Thread.ofVirtual()
                    .start(() -> {
                        assertThat(client.closed()).isEqualTo(4104);
                        closed.countDown();
                    });
        }
        var began = System.nanoTime();
        node.sql("select carillon.revoke('acme', user_id => 'user%d')".formatted(user));
        closed.await();
        var took = Duration.ofNanos(System.nanoTime() - began);
        clients.forEach(RawWebSocket::close);
        return took;
    }
}
