package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.ChannelKey;
import io.carillon.control.Control;
import io.carillon.hub.Lane;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Whoever may not follow a channel any longer stops reading it live, on every transport, whichever
/// node heard of it.
@Timeout(60)
@Tag("A5")
@Tag("E1")
class MembershipTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static TestNode one;
    private static TestNode two;

    private final String tenant = "t" + TESTS.incrementAndGet();
    private final String ana = TestNode.token(tenant, "ana", "staff");
    private final String bob = TestNode.token(tenant, "bob", "staff");

    @BeforeAll
    static void start() {
        one = TestNode.start();
        two = one.beside();
        one.sql("create schema app");
        one.sql("create table app.member (tenant_id text, user_id text, room text)");
        one.sql("create table app.guest (house text, user_id text, room text)");
        one.sql("grant usage on schema app to carillon_runtime");
        one.sql("grant select on all tables in schema app to carillon_runtime");
        one.sql(
                """
                select carillon.rule('chat:{key}', members => 'select from app.member
                  where tenant_id = $1 and user_id = $2 and room = $3', member_tables => array['app.member'])
                """);
        one.sql(
                """
                select carillon.rule('lobby:{key}', members => 'select from app.guest
                  where house = $1 and user_id = $2 and room = $3', member_tables => array['"app"."guest"'])
                """);
        one.open("news", "ruleWEBSOCKET", "ruleSSE", "rulePOLLING");
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
    }

    @ParameterizedTest
    @EnumSource
    void whoeverIsRemovedFromARoomStopsReadingIt(Transport transport) throws Exception {
        enter("ana", "7");
        enter("bob", "7");
        var from = one.cursor();
        var room = List.of("chat:7", "news");
        try (var gone = transport.follow(two, ana, room, from);
                var stays = transport.follow(two, bob, room, from)) {
            one.emit(tenant, "chat:7", "t", "{\"n\":1}");
            assertThat(gone.events(1)).hasSize(1);
            assertThat(stays.events(1)).hasSize(1);
            var began = System.nanoTime();
            var delete = "delete from app.member where tenant_id = '%s' and user_id = 'ana'";
            assertThat(ended(transport, gone, delete.formatted(tenant)))
                    .isEqualTo(List.of("chat:7"));
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SECOND);
            one.emit(tenant, "chat:7", "t", "{\"n\":2}");
            assertThat(stays.events(1)).hasSize(1);
            if (transport != Transport.POLLING) {
                one.emit(tenant, "news", "t", "{\"n\":3}");
                assertThat(gone.expect("events")).containsEntry("channel", "news");
            } else {
                assertThat(gone.farewell()).isEqualTo(403);
            }
        }
        try (var back = transport.follow(two, ana, room, from)) {
            assertThat(back.expect("refused")).containsEntry("code", "forbidden");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableWithoutATenantColumnCountsForAll(Transport transport) throws Exception {
        one.sql("insert into app.guest values ('%s', 'ana', '7')".formatted(tenant));
        var from = one.cursor();
        try (var gone = transport.follow(two, ana, List.of("lobby:7"), from)) {
            one.emit(tenant, "lobby:7", "t", "{\"n\":1}");
            assertThat(gone.events(1)).hasSize(1);
            var update = "update app.guest set room = '8' where house = '%s'".formatted(tenant);
            assertThat(ended(transport, gone, update)).isEqualTo(List.of("lobby:7"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenTheRuleChangesItCountsForWhoeverFollows(Transport transport) throws Exception {
        var channel = "rule" + transport;
        var from = one.cursor();
        try (var client = transport.follow(two, ana, List.of(channel), from)) {
            one.emit(tenant, channel, "t", "{\"n\":1}");
            assertThat(client.events(1)).hasSize(1);
            var rule = "select carillon.rule('%s', subscribe_roles => array['boss'])";
            assertThat(ended(transport, client, rule.formatted(channel)))
                    .isEqualTo(List.of(channel));
        }
    }

    @Test
    void onlyTheTenantWhoseMembersChangedIsAskedAgain() {
        enter("ana", "7");
        var other = TestNode.token("other", "zoe");
        try (var client = Transport.WEBSOCKET.follow(two, ana, List.of("chat:7", "news"), null);
                var stranger = Transport.WEBSOCKET.follow(two, other, List.of("news"), null)) {
            client.subscribed();
            stranger.subscribed();
            var control = two.bean(Control.class);
            var before = control.rechecked();
            enter("bob", "7");
            while (control.rechecked() == before) {
                Thread.onSpinWait();
            }
            // Two subscriptions each time, never the stranger's one.
            assertThat((control.rechecked() - before) % 2).isZero();
            one.emit(tenant, "chat:7", "t", "{}");
            assertThat(client.events(1)).hasSize(1);
        }
    }

    /// The answer to a subscription may be older than the change that ends it.
    @Test
    void nobodySlipsInWhileMembersChange() {
        var rounds = new ArrayList<Integer>();
        for (var round = 0; round < 40; round++) {
            var room = "chat:" + (100 + round);
            enter("ana", room.substring(5));
            try (var client = RawWebSocket.connected(two, ana)) {
                var writer =
                        Thread.ofVirtual()
                                .start(() ->
                                        one.sql(
                                                "delete from app.member where tenant_id = '%s'"
                                                        .formatted(tenant)));
                var reply = client.subscribe(room);
                join(writer);
                if (Boolean.TRUE.equals(reply.get("ok"))) {
                    rounds.add(round);
                    assertThat(client.next()).containsEntry("push", "ended");
                }
            }
        }
        System.out.println("let in and ended again: " + rounds.size() + " of 40");
    }

    /// Its loop is too late for the first round of questions, and has to be asked again.
    @Test
    void aLoopThatStandsStillKeepsNobodyReading() {
        enter("ana", "7");
        enter("bob", "7");
        var held = new CountDownLatch(1);
        var others = new ArrayList<RawWebSocket>();
        try (var client = RawWebSocket.connected(two, ana)) {
            client.follow("chat:7");
            var still = following().getFirst();
            while (following().size() < 2) {
                others.add(RawWebSocket.connected(two, bob));
                others.getLast().follow("chat:7");
            }
            still.loop().execute(() -> awaitQuietly(held));
            one.sql("delete from app.member where tenant_id = '%s'".formatted(tenant));
            // Sits on a loop that runs: when it is told, the first round is over.
            assertThat(others.getLast().next()).containsEntry("push", "ended");
            held.countDown();
            assertThat(client.next()).containsEntry("push", "ended");
        } finally {
            held.countDown();
            others.forEach(RawWebSocket::close);
        }
    }

    /// @return the lanes on which somebody of the test's tenant follows the room
    private List<Lane> following() {
        var room = new ChannelKey(tenant, "chat:7");
        return two.hub().lanes().stream()
                .filter(lane ->
                        !lane.loop()
                                .submit(() -> lane.seats(room))
                                .syncUninterruptibly()
                                .getNow()
                                .isEmpty())
                .toList();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter(String user, String room) {
        one.sql("insert into app.member values ('%s', '%s', '%s')".formatted(tenant, user, room));
    }

    /// @return the channels that the client is told have ended, when the statement was run while
    ///     it listened
    private static Object ended(Transport transport, Transport.Follower client, String sql)
            throws Exception {
        if (transport == Transport.POLLING) {
            // The poll before may not have gone yet, and the next one is not let in any more.
            two.awaitConnections(0);
        }
        var ended = new CompletableFuture<Object>();
        Thread.ofVirtual().start(() -> ended.complete(awaitEnded(client)));
        two.awaitFollower();
        one.sql(sql);
        return ended.get();
    }

    private static Object awaitEnded(Transport.Follower client) {
        var message = client.next();
        while (!Set.of("ended", "refused").contains(message.get("push"))) {
            message = client.next();
        }
        return message.getOrDefault("channels", message);
    }
}
