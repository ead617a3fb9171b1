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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// How long it takes, on three nodes under load, from a new token to the answer, and from the order
/// to revoke to the closed connection.
@Timeout(180)
@Tag("F5")
@Isolated("measures latencies")
class RevocationSpeedTest {
    private static final int USERS = 200;
    private static final Duration BOUND = Duration.ofSeconds(1);

    @Test
    void everyRefreshIsAnsweredAndEveryRevocationClosesOnEveryNodeWithinASecond() throws Exception {
        try (var one = TestNode.start();
                var two = one.beside();
                var three = one.beside();
                var standstill = new Standstill()) {
            one.open("news");
            var users = attach(List.of(one, two, three));
            var running = new AtomicBoolean(true);
            var load = Thread.ofVirtual().start(() -> write(one, running));
            var refreshed = new ArrayList<Duration>();
            var revoked = new ArrayList<Duration>();
            for (var user : users) {
                refreshed.add(standstill.without(() -> refresh(user)));
                revoked.add(standstill.without(() -> revoke(one, user)));
            }
            running.set(false);
            load.join();
            tell("from refresh to its answer", refreshed, standstill);
            tell("from revoke to closed", revoked, standstill);
            assertThat(refreshed.getLast()).isLessThan(BOUND);
            assertThat(revoked.getLast()).isLessThan(BOUND);
        }
    }

    private static void tell(String what, List<Duration> times, Standstill standstill) {
        times.sort(null);
        System.out.printf(
                "%s on three nodes, %d times under load: median %d ms, p99 %d ms, worst %d ms; all"
                        + " stood still for %d ms%n",
                what,
                times.size(),
                times.get(times.size() / 2).toMillis(),
                times.get(times.size() * 99 / 100).toMillis(),
                times.getLast().toMillis(),
                standstill.soFar().toMillis());
    }

    /// @param clients one on each node
    private record Attached(String user, String token, List<RawWebSocket> clients) {}

    private static List<Attached> attach(List<TestNode> nodes) {
        var users = new ArrayList<Attached>();
        for (var number = 0; number < USERS; number++) {
            var user = "user" + number;
            var token = TestTokens.hs256(TestTokens.user("acme", user, List.of()));
            var clients = new ArrayList<RawWebSocket>();
            for (var node : nodes) {
                var client = RawWebSocket.connected(node, token);
                client.subscribe("news");
                clients.add(client);
            }
            users.add(new Attached(user, token, clients));
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

    private static void refresh(Attached attached) {
        onEach(
                attached.clients(),
                client ->
                        client.ask(
                                "\"command\":\"refresh\",\"token\":\"" + attached.token() + "\""),
                () -> {});
    }

    private static void revoke(TestNode node, Attached attached) {
        onEach(
                attached.clients(),
                client -> assertThat(client.closed()).isEqualTo(4104),
                () ->
                        node.sql(
                                "select carillon.revoke('acme', user_id => '%s')"
                                        .formatted(attached.user())));
        attached.clients().forEach(RawWebSocket::close);
    }

    /// Returns when all clients are through with something and with what was done meanwhile.
    private static void onEach(
            List<RawWebSocket> clients, Consumer<RawWebSocket> what, Runnable meanwhile) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done =
                    clients.stream()
                            .map(client ->
                                    CompletableFuture.runAsync(() -> what.accept(client), threads))
                            .toList();
            meanwhile.run();
            done.forEach(CompletableFuture::join);
        }
    }
}
