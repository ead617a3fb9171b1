package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.Transport.Follower;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// What every transport does alike: live events, recovery, resets, rights.
@Timeout(60)
class FollowingTest {
    private static final String ANA = TestNode.token("acme", "ana", "writer");
    private static TestNode node;
    private static TestNode impatient;
    private static int tests;

    /// Channels of this test alone: what was committed just before somebody follows "from now on"
    /// may still be told.
    private final String orders = "orders" + ++tests;

    private final String notes = "notes" + tests;
    private final List<String> toOrders = List.of(orders);
    private final List<String> toBoth = List.of(orders, notes);

    @BeforeAll
    static void start() {
        node =
                TestNode.start(
                        "carillon.connection.max-gap", 300,
                        "carillon.connection.page", 50,
                        "carillon.hub.ring", 1_048_576);
        impatient = node.beside("carillon.connection.ahead-timeout", "300ms");
        for (var test = 1; test <= 100; test++) {
            node.open("orders" + test, "notes" + test);
        }
    }

    @AfterAll
    static void stop() {
        impatient.close();
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("A1")
    @Tag("F2")
    void liveEventsArriveOnceAndInOrder(Transport transport) {
        try (var client = transport.follow(node, ANA, toOrders, null).subscribed()) {
            for (var number = 0; number < 50; number++) {
                emit(orders, number);
            }
            assertThat(numbers(client, 50)).containsExactlyElementsOf(range(0, 50));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("A1")
    void whatIsRolledBackReachesNobody(Transport transport) {
        try (var client = transport.follow(node, ANA, toOrders, null).subscribed()) {
            node.sql(
                    "begin; select carillon.emit('acme', '%s', 't', '{\"n\":-1}'); rollback"
                            .formatted(orders));
            emit(orders, 1);
            assertThat(numbers(client, 1)).containsExactly(1L);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("A5")
    void tenantsWithTheSameChannelNamesNeverMeet(Transport transport) {
        var zoe = TestNode.token("zoo", "zoe");
        try (var acme = transport.follow(node, ANA, toOrders, null).subscribed();
                var zoo = transport.follow(node, zoe, toOrders, null).subscribed()) {
            node.emit("zoo", orders, "order.created", "{\"n\":7}");
            emit(orders, 1);
            node.emit("zoo", orders, "order.created", "{\"n\":8}");
            emit(orders, 2);
            assertThat(numbers(acme, 2)).containsExactly(1L, 2L);
            assertThat(numbers(zoo, 2)).containsExactly(7L, 8L);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("A5")
    void aCursorOfAnotherTenantShowsNothingOfThatTenant(Transport transport) {
        var before = node.cursor();
        node.emit("zoo", orders, "order.created", "{\"n\":9}");
        emit(orders, 3);
        try (var client = transport.follow(node, ANA, toOrders, before)) {
            assertThat(numbers(client, 1)).containsExactly(3L);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("A3")
    void whatWasMissedIsDeliveredOnceAndBeforeAnythingNewer(Transport transport) {
        String cursor;
        try (var client = transport.follow(node, ANA, toOrders, null).subscribed()) {
            emit(orders, 0);
            assertThat(numbers(client, 1)).containsExactly(0L);
            cursor = client.cursor;
        }
        for (var number = 1; number <= 120; number++) {
            emit(orders, number);
        }
        try (var client = transport.follow(node, ANA, toOrders, cursor)) {
            var missed = numbers(client, 120);
            emit(orders, 121);
            assertThat(missed).containsExactlyElementsOf(range(1, 121));
            assertThat(numbers(client, 1)).containsExactly(121L);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("A3")
    void recoveryGoesOnInTheMiddleOfABatch(Transport transport) {
        var before = node.cursor();
        // One transaction, so one batch; changing channels, so ten messages.
        node.sql(
                ("select carillon.emit('acme', case when mod(n, 2) = 0 then '%s' else '%s' end,"
                                + " 't', json_build_object('n', n)::jsonb)"
                                + " from generate_series(1, 10) n")
                        .formatted(orders, notes));
        var cursors = new ArrayList<String>();
        try (var client = transport.follow(node, ANA, toBoth, before)) {
            for (var number = 1; number <= 10; number++) {
                assertThat(numbers(client, 1)).containsExactly((long) number);
                cursors.add(client.cursor);
            }
        }
        for (var seen = 1; seen < 10; seen++) {
            try (var client = transport.follow(node, ANA, toBoth, cursors.get(seen - 1))) {
                assertThat(numbers(client, 10 - seen))
                        .containsExactlyElementsOf(range(seen + 1, 11));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("A3")
    void recoveryReadsTheLogWhereMemoryEnds(Transport transport) {
        var before = node.cursor();
        var filler = "x".repeat(10_000);
        for (var number = 0; number < 200; number++) {
            node.emit(
                    "acme", orders, "t", "{\"n\":%d,\"filler\":\"%s\"}".formatted(number, filler));
        }
        try (var client = transport.follow(node, ANA, toOrders, before)) {
            assertThat(numbers(client, 200)).containsExactlyElementsOf(range(0, 200));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("A9")
    void aPageThatReadsAndThenFollowsHasNoHoleAndNoOverlap(Transport transport) {
        emit(orders, 1);
        var cursor = node.cursor();
        emit(orders, 2);
        try (var client = transport.follow(node, ANA, toOrders, cursor)) {
            assertThat(numbers(client, 1)).containsExactly(2L);
            emit(orders, 3);
            assertThat(numbers(client, 1)).containsExactly(3L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTextThatIsNoCursorIsReset(Transport transport) {
        assertThat(refusal(transport, "garbage")).contains("reset", "malformed");
    }

    @ParameterizedTest
    @EnumSource
    void aCursorOfAnotherLogIsReset(Transport transport) {
        assertThat(refusal(transport, "1000000000000-ff")).contains("reset", "epoch");
    }

    @ParameterizedTest
    @EnumSource
    void aCursorFromTheFutureIsReset(Transport transport) {
        var answer = "";
        do {
            try (var client = transport.follow(impatient, ANA, toOrders, at("ffffffffff"))) {
                answer = client.next().toString();
            } catch (IllegalStateException closed) {
                answer = closed.getMessage();
            }
            // As a node says that has not come to look at its log in so short a time.
        } while (answer.contains("unavailable") || answer.contains("4005"));
        assertThat(answer).contains("refused", "reset", "ahead");
    }

    @ParameterizedTest
    @EnumSource
    void aGapOverTheLimitIsReset(Transport transport) {
        var before = node.cursor();
        node.sql(
                "select carillon.emit('acme', '%s', 't', '{}') from generate_series(1, 301)"
                        .formatted(orders));
        node.awaitSeen();
        assertThat(refusal(transport, before)).contains("reset", "behind");
    }

    @ParameterizedTest
    @EnumSource
    void aCursorOlderThanTheRetentionIsReset(Transport transport) {
        node.sql("update carillon.log_state set dropped_through = '5'");
        assertThat(refusal(transport, at("3"))).contains("reset", "expired");
    }

    @ParameterizedTest
    @EnumSource
    void aTruncatedTableEndsItsSubscriptionsOnly(Transport transport) {
        try (var client = transport.follow(node, ANA, toBoth, null).subscribed()) {
            reset(orders, "truncated");
            var reset = client.expect("reset");
            assertThat(reset)
                    .containsEntry("channels", toOrders)
                    .containsEntry("reason", "truncated");
            if (transport != Transport.POLLING) {
                emit(orders, 1);
                emit(notes, 2);
                assertThat(numbers(client, 1)).containsExactly(2L);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetThatWasMissedIsToldOnReturn(Transport transport) {
        var before = node.cursor();
        reset(orders, "nested");
        emit(notes, 4);
        node.awaitSeen();
        assertThat(refusal(transport, before)).contains("reset", "nested");
        try (var client = transport.follow(node, ANA, toBoth, before)) {
            assertThat(client.expect("reset")).containsEntry("channels", toOrders);
            assertThat(numbers(client, 1)).containsExactly(4L);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("A5")
    void aChannelWithoutARuleIsForbiddenAndSoIsAllOfItsCommand(Transport transport) {
        try (var client = transport.follow(node, ANA, List.of(orders, "secrets"), null)) {
            assertThat(client.expect("refused")).containsEntry("code", "forbidden");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEventCarriesWhatItsWriterSaid(Transport transport) {
        try (var client = transport.follow(node, ANA, toOrders, null).subscribed()) {
            node.sql(
                    ("select carillon.emit('acme', '%s', 'order.created', '{\"text\":"
                         + " \"é\\n\u2028\"}', actor => 'bob', ref => 'r1', correlation_id =>"
                         + " 'c1')")
                            .formatted(orders));
            var event = event(client.expect("events"));
            assertThat(event.get("id")).asString().matches("[0-9]+");
            assertThat(event.get("data")).isEqualTo(Map.of("text", "é\n\u2028"));
            assertThat(event.get("at")).asString().endsWith("Z");
            assertThat(event)
                    .containsEntry("type", "order.created")
                    .containsEntry("actor", "bob")
                    .containsEntry("ref", "r1")
                    .containsEntry("correlationId", "c1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAbsentIsLeftOut(Transport transport) {
        try (var client = transport.follow(node, ANA, toOrders, null).subscribed()) {
            node.sql("select carillon.emit('acme', '%s', 'order.created')".formatted(orders));
            assertThat(event(client.expect("events"))).containsOnlyKeys("id", "type", "at");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEventLargerThanANotificationArrives(Transport transport) {
        var text = "x".repeat(200_000);
        try (var client = transport.follow(node, ANA, toOrders, null).subscribed()) {
            node.emit("acme", orders, "t", "{\"text\":\"" + text + "\"}");
            assertThat(client.events(1)).containsExactly(Map.of("text", text));
        }
    }

    @ParameterizedTest
    @EnumSource
    void ephemeralEventsComeWithoutCursorAndId(Transport transport) throws InterruptedException {
        try (var client = transport.follow(node, ANA, toOrders, null).subscribed()) {
            publishUntilHeard(client);
        }
    }

    /// A poll hears an ephemeral event only while it waits, so one is sent now and then until it
    /// does.
    private void publishUntilHeard(Follower client) throws InterruptedException {
        try (var writer = RawWebSocket.connected(node, ANA)) {
            var heard = new AtomicBoolean();
            var publishing =
                    Thread.ofVirtual()
                            .start(() -> {
                                while (!heard.get()) {
                                    writer.ask(
                                            "\"command\":\"publish\",\"channel\":\""
                                                    + orders
                                                    + "\",\"type\":\"typing.start\",\"data\":{\"n\":1}");
                                    // Below the command rate: who is too fast is closed.
                                    LockSupport.parkNanos(25_000_000);
                                }
                            });
            var push = client.expect("ephemeral");
            heard.set(true);
            publishing.join();
            assertThat(push).doesNotContainKey("cursor").containsEntry("channel", orders);
            assertThat(event(push))
                    .doesNotContainKey("id")
                    .containsEntry("type", "typing.start")
                    .containsEntry("actor", "ana");
        }
    }

    private String refusal(Transport transport, String cursor) {
        try (var client = transport.follow(node, ANA, toOrders, cursor)) {
            return client.expect("refused").toString();
        }
    }

    private static String at(String position) {
        return node.cursor().substring(0, 14) + position;
    }

    private static void reset(String channel, String reason) {
        node.sql(
                "insert into carillon.event (tenant, channel, type, data) values ('*', '%s', 'carillon.reset', '{\"reason\":\"%s\"}'); select carillon.ring()"
                        .formatted(channel, reason));
    }

    private static void emit(String channel, int number) {
        node.emit("acme", channel, "t", "{\"n\":" + number + "}");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> event(Map<String, Object> push) {
        return (Map<String, Object>) ((List<?>) push.get("events")).getFirst();
    }

    private static List<Long> numbers(Follower client, int count) {
        return client.events(count).stream()
                .map(data -> (Long) ((Map<?, ?>) data).get("n"))
                .toList();
    }

    private static List<Long> range(int from, int to) {
        return IntStream.range(from, to).asLongStream().boxed().toList();
    }
}
