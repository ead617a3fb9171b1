package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.limit.LimitKind;
import io.carillon.limit.Limits;
import io.carillon.limit.TenantLimit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// Limits of tenants and users, changed at run time, on two nodes.
@Timeout(60)
@Tag("F8")
class LimitsTest {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final List<String> NEWS = List.of("news");
    private static TestNode one;
    private static TestNode two;

    private final String tenant = "t" + TESTS.incrementAndGet();

    @BeforeAll
    static void start() {
        one = TestNode.start("carillon.auth.operator-tenant", "house");
        two = one.beside();
        one.open("news", "room1", "room2", "room3", "room4");
        for (var node : List.of(one, two)) {
            // Both nodes know that there are two.
            while (!sharesOfTwo(node)) {
                Thread.onSpinWait();
            }
        }
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
    }

    private static boolean sharesOfTwo(TestNode node) {
        var limits = node.bean(Limits.class);
        var probe = limits.of("probe");
        for (var number = 0; number < 60_000; number++) {
            if (probe.enter("u" + number) != null) {
                IntStream.range(0, number).forEach(it -> probe.leave("u" + it, 0));
                return true;
            }
        }
        IntStream.range(0, 60_000).forEach(it -> probe.leave("u" + it, 0));
        return false;
    }

    @ParameterizedTest
    @EnumSource
    void eachNodeLetsInItsShareOfATenantsConnections(Transport transport) {
        limit("connections", 4, it -> it.connections() == 4);
        var refusedBefore = one.bean(Limits.class).refused(LimitKind.CONNECTIONS);
        try (var first = Transport.WEBSOCKET.follow(one, token("a"), NEWS, null).subscribed();
                var second = Transport.SSE.follow(one, token("b"), NEWS, null).subscribed()) {
            refused(transport, one);
            try (var there = transport.follow(two, token("c"), NEWS, null)) {
                there.subscribed();
            }
            one.emit(tenant, "news", "t", "{}");
            assertThat(first.events(1)).hasSize(1);
            assertThat(second.events(1)).hasSize(1);
        }
        assertThat(one.bean(Limits.class).refused(LimitKind.CONNECTIONS))
                .isGreaterThan(refusedBefore);
        one.awaitConnections(0);
        try (var again = transport.follow(one, token("c"), NEWS, null)) {
            again.subscribed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneUserLeavesRoomForTheOthers(Transport transport) {
        limit("user_connections", 1, it -> it.userConnections() == 1);
        try (var first = Transport.WEBSOCKET.follow(one, token("c"), NEWS, null).subscribed();
                var other = transport.follow(one, token("d"), NEWS, null)) {
            refused(transport, one);
            other.subscribed();
            one.emit(tenant, "news", "t", "{}");
            assertThat(first.events(1)).hasSize(1);
        }
    }

    @Test
    void subscriptionsOfAConnectionAndOfAUser() {
        limit("subscriptions", 3, it -> Integer.valueOf(3).equals(it.subscriptions()));
        limit("user_subscriptions", 4, it -> it.userSubscriptions() == 4);
        try (var first = RawWebSocket.connected(two, token("a"));
                var second = RawWebSocket.connected(two, token("a"));
                var other = RawWebSocket.connected(two, token("b"))) {
            for (var room = 1; room <= 3; room++) {
                assertThat(first.subscribe("room" + room)).containsEntry("ok", true);
            }
            assertThat(first.subscribe("room4").toString()).contains("limit", "at most 3");
            assertThat(second.subscribe("room1")).containsEntry("ok", true);
            assertThat(second.subscribe("room2").toString()).contains("limit", "at most 4");
            assertThat(other.subscribe("room2")).containsEntry("ok", true);
            first.ask("\"command\":\"unsubscribe\",\"channels\":[\"room1\"]");
            assertThat(second.subscribe("room2")).containsEntry("ok", true);
        }
    }

    @Test
    void commandsPerSecond() {
        limit("commands", 5, it -> Integer.valueOf(5).equals(it.commands()));
        try (var client = RawWebSocket.connected(two, token("a"));
                var usual = RawWebSocket.connected(two, TestNode.token("usual", "u"))) {
            var began = System.nanoTime();
            var carriedOut = 0;
            for (var command = 0; command < 40; command++) {
                var reply = client.ask("\"command\":\"unsubscribe\",\"channels\":[\"x\"]");
                carriedOut += reply.toString().contains("rate") ? 0 : 1;
                assertThat(usual.ask("\"command\":\"ping\"")).containsEntry("ok", true);
            }
            assertThat(carriedOut).isBetween(15, 20 + fivePerSecondSince(began));
        }
    }

    /// @return how many a rate of five a second allows by now besides those at once
    private static int fivePerSecondSince(long began) {
        return (int) Math.ceil((System.nanoTime() - began) * 5e-9);
    }

    @Test
    void publishesPerSecondAndTheirSize() {
        limit("publishes", 5, it -> it.publishes() == 5);
        limit("event_bytes", 100, it -> Integer.valueOf(100).equals(it.eventBytes()));
        try (var client = RawWebSocket.connected(two, TestNode.token(tenant, "a", "writer"))) {
            var long101 = "\"" + "x".repeat(99) + "\"";
            assertThat(publish(client, long101).toString()).contains("too_large");
            var began = System.nanoTime();
            var published = 0;
            var reply = publish(client, "1");
            while (Boolean.TRUE.equals(reply.get("ok"))) {
                published++;
                reply = publish(client, "1");
            }
            assertThat(published).isBetween(5, 5 + fivePerSecondSince(began));
            assertThat(reply.toString()).contains("rate", "retryAfter=1000");
        }
        assertThatThrownBy(
                        () -> one.emit(tenant, "news", "t", "{\"x\":\"" + "x".repeat(100) + "\"}"))
                .rootCause()
                .hasMessageContaining("more than the limit of 100");
        one.emit("usual", "news", "t", "{\"x\":\"" + "x".repeat(100) + "\"}");
    }

    @Test
    void changesOfPresencePerSecondOfTheWholeTenant() {
        limit("presence_writes", 3, it -> it.presenceWrites() == 3);
        var refusedBefore = two.bean(Limits.class).refused(LimitKind.PRESENCE_WRITES);
        try (var ana = RawWebSocket.connected(two, TestNode.token(tenant, "ana"))) {
            assertThat(state(ana, "busy")).containsEntry("ok", true);
        }
        while (mayChangeBesidesAnother()) {}
        assertThat(two.bean(Limits.class).refused(LimitKind.PRESENCE_WRITES))
                .isGreaterThan(refusedBefore);
    }

    /// @return whether somebody may still who comes after somebody else who changes too often:
    ///     three a second are one more every third of a second, for which both must have taken
    private boolean mayChangeBesidesAnother() {
        try (var ana = RawWebSocket.connected(two, TestNode.token(tenant, "ana"));
                var bob = RawWebSocket.connected(two, TestNode.token(tenant, "bob"))) {
            var began = System.nanoTime();
            for (var number = 0; number < 6; number++) {
                state(ana, number % 2 == 0 ? "away" : "online");
            }
            var reply = state(bob, "busy");
            if (Boolean.TRUE.equals(reply.get("ok"))) {
                assertThat(System.nanoTime() - began).isGreaterThan(333_000_000L);
                return true;
            }
            assertThat(reply.toString()).contains("rate");
            return false;
        }
    }

    private static Map<String, Object> state(RawWebSocket client, String word) {
        return client.ask("\"command\":\"presence\",\"state\":\"" + word + "\"");
    }

    @ParameterizedTest
    @EnumSource
    void beyondTheDeliveriesEphemeralEventsAreLeftOutAndDurableOnesNot(Transport transport) {
        limit("deliveries", 0, it -> it.deliveries() == 0);
        try (var client = transport.follow(two, token("a"), NEWS, one.cursor())) {
            one.emit(tenant, "news", "t", "{\"n\":1}");
            assertThat(client.events(1)).hasSize(1);
            one.sql("select carillon.broadcast('%s', 'news', 't', '1')".formatted(tenant));
            one.emit(tenant, "news", "t", "{\"n\":2}");
            var message = client.next();
            while (Set.of("subscribed", "ping").contains(message.get("push"))) {
                message = client.next();
            }
            assertThat(message).containsEntry("push", "events").containsKey("cursor");
        }
        assertThat(two.bean(Limits.class).refused(LimitKind.DELIVERIES)).isPositive();
    }

    @Test
    void refusalsAreCountedByTheTenantsClass() {
        one.sql(
                "insert into carillon.tenant_limit (tenant, class, user_connections) values ('%s', 'trial', 0)"
                        .formatted(tenant));
        awaitLimit(it -> it.userConnections() == 0);
        refused(Transport.WEBSOCKET, one);
        assertThat(one.bean(Limits.class).refused())
                .containsEntry(new Limits.Refusals(LimitKind.USER_CONNECTIONS, "trial"), 1L);
    }

    @Test
    void whatTheRowSaysNoLongerIsAsTheNodeIsSet() {
        limit("publishes", 5, it -> it.publishes() == 5);
        one.sql("delete from carillon.tenant_limit where tenant = '%s'".formatted(tenant));
        awaitLimit(it -> it.publishes() == 1_000);
    }

    @Test
    void operatorsSetLimitsAndNobodyElse() {
        var body = "{\"tenant\":\"%s\",\"name\":\"publishes\",\"value\":7}".formatted(tenant);
        assertThat(put(TestNode.token(tenant, "boss", "admin"), body)).isEqualTo(403);
        assertThat(put(TestNode.token("house", "root", "operator"), body)).isEqualTo(204);
        awaitLimit(it -> it.publishes() == 7);
        assertThat(put(TestNode.token("house", "root", "operator"), body.replace("publishes", "x")))
                .isEqualTo(400);
    }

    private static int put(String token, String body) {
        return Transport.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://localhost:"
                                                        + one.port()
                                                        + "/api/admin/limits"))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .PUT(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static Map<String, Object> publish(RawWebSocket client, String data) {
        return client.ask(
                "\"command\":\"publish\",\"channel\":\"news\",\"type\":\"t\",\"data\":" + data);
    }

    private void refused(Transport transport, TestNode node) {
        if (transport == Transport.WEBSOCKET) {
            try (var client = RawWebSocket.open(node.port(), "/realtime")) {
                var reply = client.ask("\"command\":\"connect\",\"token\":\"" + token("c") + "\"");
                assertThat(reply.toString()).contains("crowded", "retryAfter=10000");
                assertThat(client.closed()).isEqualTo(4008);
            }
            return;
        }
        var accept = transport == Transport.SSE ? "text/event-stream" : "application/json";
        var answer =
                Transport.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://localhost:"
                                                        + node.port()
                                                        + "/events?channels=news"))
                                .header("Authorization", "Bearer " + token("c"))
                                .header("Accept", accept)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).contains("10");
        assertThat(answer.body()).contains("crowded");
    }

    private String token(String user) {
        return TestNode.token(tenant, user);
    }

    private void limit(String name, int value, Predicate<TenantLimit> effect) {
        one.sql("select carillon.limit('%s', '%s', %d)".formatted(tenant, name, value));
        awaitLimit(effect);
    }

    private void awaitLimit(Predicate<TenantLimit> effect) {
        for (var node : List.of(one, two)) {
            while (!effect.test(node.bean(Limits.class).limits(tenant))) {
                Thread.onSpinWait();
            }
        }
    }
}
