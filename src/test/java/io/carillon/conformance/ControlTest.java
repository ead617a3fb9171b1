package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.auth.Revocations;
import io.carillon.auth.TestTokens;

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
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Orders of administrators reach every node and every transport.
@Timeout(60)
@Tag("F5")
class ControlTest {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final List<String> NEWS = List.of("news");
    private static TestNode one;
    private static TestNode two;

    /// A tenant of this test alone.
    private final String tenant = "t" + TESTS.incrementAndGet();

    @BeforeAll
    static void start() {
        one = TestNode.start("carillon.auth.operator-tenant", "house");
        two = one.beside();
        one.open("news");
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
    }

    @ParameterizedTest
    @EnumSource
    void whoeverIsRevokedIsClosedOnEveryNodeAndDoesNotComeBack(Transport transport) {
        var ana = token("ana", "a1");
        var bob = token("bob", "b1");
        try (var here = transport.follow(one, ana, NEWS, one.cursor());
                var there = transport.follow(two, ana, NEWS, two.cursor());
                var other = transport.follow(two, bob, NEWS, two.cursor())) {
            one.emit(tenant, "news", "t", "{\"n\":1}");
            assertThat(here.events(1)).hasSize(1);
            assertThat(there.events(1)).hasSize(1);
            one.sql("select carillon.revoke('%s', user_id => 'ana')".formatted(tenant));
            assertThat(here.farewell()).isEqualTo(transport == Transport.POLLING ? 401 : 4104);
            assertThat(there.farewell()).isEqualTo(transport == Transport.POLLING ? 401 : 4104);
            one.emit(tenant, "news", "t", "{\"n\":2}");
            assertThat(other.events(2)).hasSize(2);
        }
        assertThat(ask(two, ana).statusCode()).isEqualTo(401);
        assertThat(ask(one, ana).body()).contains("token_revoked");
        assertThat(ask(one, bob).statusCode()).isEqualTo(201);
        try (var back = RawWebSocket.open(two.port(), "/realtime")) {
            var refused = back.ask("\"command\":\"connect\",\"token\":\"" + ana + "\"");
            assertThat(refused.toString()).contains("token_revoked");
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneTokenIsRevokedAndItsUsersOthersCount(Transport transport) {
        var lost = token("ana", "lost");
        var kept = token("ana", "kept");
        try (var gone = transport.follow(two, lost, NEWS, one.cursor());
                var stays = transport.follow(two, kept, NEWS, one.cursor())) {
            begin(gone, one);
            assertThat(stays.events(1)).hasSize(1);
            one.sql("select carillon.revoke('%s', token_id => 'lost')".formatted(tenant));
            assertThat(gone.farewell()).isEqualTo(transport == Transport.POLLING ? 401 : 4104);
            one.emit(tenant, "news", "t", "{\"n\":2}");
            assertThat(stays.events(1)).hasSize(1);
        }
    }

    @Test
    void aTicketOfARevokedTokenIsWorthNothing() {
        var ana = token("ana", "a1");
        var once = ticket(ana, "once");
        var stream = ticket(ana, "stream");
        one.sql("select carillon.revoke('%s', user_id => 'ana')".formatted(tenant));
        awaitRevoked();
        try (var client = RawWebSocket.open(two.port(), "/realtime?ticket=" + once)) {
            assertThat(client.next().toString()).contains("token_revoked");
            assertThat(client.closed()).isEqualTo(4103);
        }
        var address = "http://localhost:" + two.port() + "/events?channels=news&ticket=" + stream;
        var answer =
                Transport.send(
                        HttpRequest.newBuilder(URI.create(address)).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("token_revoked");
    }

    @Test
    void tokensThatAreIssuedLaterCount() {
        var old = token("ana", "a1", Instant.now().minusSeconds(60));
        one.sql("select carillon.revoke('%s', user_id => 'ana')".formatted(tenant));
        awaitRevoked();
        // Tokens tell seconds, orders microseconds.
        var fresh = token("ana", "a2", Instant.now().plusSeconds(1));
        assertThat(ask(two, old).statusCode()).isEqualTo(401);
        assertThat(ask(two, fresh).statusCode()).isEqualTo(201);
    }

    @Test
    void aRolledBackOrderIsNone() {
        var ana = token("ana", "a1");
        try (var client = Transport.WEBSOCKET.follow(two, ana, NEWS, null).subscribed()) {
            one.sql(
                    "begin; select carillon.revoke('%s', user_id => 'ana'); rollback"
                            .formatted(tenant));
            one.emit(tenant, "news", "t", "{}");
            assertThat(client.events(1)).hasSize(1);
        }
    }

    @Test
    void aNodeThatStartsLaterKnowsTheOrdersInForce() {
        var ana = token("ana", "a1");
        one.sql("select carillon.revoke('%s', user_id => 'ana')".formatted(tenant));
        try (var three = one.beside()) {
            assertThat(ask(three, ana).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aNodeThatLeftEventsOutReadsTheOrders() {
        var ana = token("ana", "a1");
        try (var client = Transport.WEBSOCKET.follow(two, ana, NEWS, null).subscribed()) {
            // More at once than is told one by one: the node reads the rows.
            one.sql(
                    "select carillon.revoke('%1$s', token_id => 'x' || n) from generate_series(1, 1200) n"
                            .formatted(tenant));
            one.sql("select carillon.revoke('%s', token_id => 'a1')".formatted(tenant));
            assertThat(client.farewell()).isEqualTo(4104);
            var many = token("bob", "x777");
            while (ask(two, many).statusCode() != 401) {
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoeverIsDisconnectedMayComeBack(Transport transport) {
        var ana = token("ana", "a1");
        var bob = token("bob", "b1");
        try (var gone = transport.follow(two, ana, NEWS, one.cursor());
                var stays = Transport.WEBSOCKET.follow(two, bob, NEWS, null).subscribed()) {
            begin(gone, one);
            if (transport != Transport.POLLING) {
                one.sql("select carillon.disconnect('%s', user_id => 'ana')".formatted(tenant));
                assertThat(gone.farewell()).isEqualTo(4007);
            }
            assertThat(ask(two, ana).statusCode()).isEqualTo(201);
            one.sql("select carillon.disconnect('%s')".formatted(tenant));
            assertThat(stays.farewell()).isEqualTo(4007);
        }
        try (var again = transport.follow(two, ana, NEWS, null)) {
            again.subscribed();
        }
    }

    @Test
    void oneConnectionIsDisconnected() {
        var ana = token("ana", "a1");
        try (var client = RawWebSocket.open(two.port(), "/realtime");
                var other = RawWebSocket.connected(two, ana)) {
            var connected = client.ask("\"command\":\"connect\",\"token\":\"" + ana + "\"");
            var id = (String) connected.get("connection");
            one.sql("select carillon.disconnect('somebody', connection => '%s')".formatted(id));
            one.sql("select carillon.disconnect('%s', connection => '%s')".formatted(tenant, id));
            assertThat(client.closed()).isEqualTo(4007);
            assertThat(other.ask("\"command\":\"ping\"")).containsEntry("ok", true);
        }
    }

    @Test
    void aRevokedTokenRefreshesNothing() {
        one.sql("select carillon.revoke('%s', token_id => 'lost')".formatted(tenant));
        awaitRevoked();
        try (var client = RawWebSocket.connected(two, token("ana", "kept"))) {
            var lost = token("ana", "lost");
            var reply = client.ask("\"command\":\"refresh\",\"token\":\"" + lost + "\"");
            assertThat(reply.toString()).contains("token_revoked");
            assertThat(client.ask("\"command\":\"ping\"")).containsEntry("ok", true);
        }
    }

    @Test
    void nobodyFollowsOrWritesTheChannelOfTheNodes() {
        one.sql("insert into carillon.channel_rule (pattern) values ('carillon.control')");
        try (var client = RawWebSocket.connected(one, token("ana", "a1"))) {
            assertThat(client.subscribe("carillon.control").toString()).contains("forbidden");
        }
        assertThatThrownBy(() -> one.sql("select carillon.emit('acme', 'carillon.control', 't')"))
                .rootCause()
                .hasMessageContaining("reserved");
    }

    @Test
    void administratorsOrderWithinTheirTenantAndOperatorsAnywhere() {
        var admin = TestNode.token(tenant, "boss", "admin");
        var operator = TestNode.token("house", "root", "operator");
        var ana = token("ana", "a1");
        var user = "{\"user\":\"ana\",\"tenant\":\"" + tenant + "\"}";
        assertThat(post(one, "disconnect", ana, user).statusCode()).isEqualTo(403);
        assertThat(post(one, "disconnect", TestNode.token("zoo", "z", "admin"), user).statusCode())
                .isEqualTo(403);
        try (var client = RawWebSocket.connected(two, ana)) {
            assertThat(post(one, "disconnect", admin, "{\"user\":\"ana\"}").statusCode())
                    .isEqualTo(202);
            assertThat(client.closed()).isEqualTo(4007);
        }
        assertThat(post(one, "disconnect", admin, "{}").statusCode()).isEqualTo(400);
        try (var client = RawWebSocket.connected(two, ana)) {
            assertThat(post(one, "revocations", operator, user).statusCode()).isEqualTo(202);
            assertThat(client.closed()).isEqualTo(4104);
        }
        var listed = get(one, "revocations", admin).body();
        assertThat(listed).contains("\"user\":\"ana\"", "\"actor\":\"root\"");
        assertThat(get(one, "revocations", TestNode.token("zoo", "z", "admin")).body())
                .doesNotContain("ana");
    }

    private void awaitRevoked() {
        for (var node : List.of(one, two)) {
            node.awaitSeen();
            while (node.bean(Revocations.class).size() < revocations()) {
                Thread.onSpinWait();
            }
        }
    }

    private static int revocations() {
        return Integer.parseInt(
                one.ask("select count(*) from carillon.control_order where kind = 'revoke'"));
    }

    /// Followed from a cursor, one event long: the subscription stands on every transport, and a
    /// poll waits.
    private void begin(Transport.Follower follower, TestNode node) {
        node.emit(tenant, "news", "t", "{\"n\":1}");
        assertThat(follower.events(1)).hasSize(1);
    }

    private String token(String user, String id) {
        return token(user, id, Instant.now());
    }

    private String token(String user, String id, Instant issuedAt) {
        return TestTokens.hs256(
                TestTokens.user(tenant, user, List.of()).jwtID(id).issueTime(Date.from(issuedAt)));
    }

    private static String ticket(String token, String kind) {
        var answer = ask(one, token, "{\"kind\":\"" + kind + "\"}");
        return (String) RawWebSocket.json(answer.body()).get("ticket");
    }

    private static HttpResponse<String> ask(TestNode node, String token) {
        return ask(node, token, "{}");
    }

    private static HttpResponse<String> ask(TestNode node, String token, String body) {
        return send(node, "/api/tickets", token, body);
    }

    private static HttpResponse<String> post(
            TestNode node, String order, String token, String body) {
        return send(node, "/api/admin/" + order, token, body);
    }

    private static HttpResponse<String> send(
            TestNode node, String path, String token, String body) {
        return Transport.send(
                request(node, path, token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(TestNode node, String what, String token) {
        return Transport.send(
                request(node, "/api/admin/" + what, token).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(TestNode node, String path, String token) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + node.port() + path))
                .header("Authorization", "Bearer " + token);
    }
}
