package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.auth.ChannelRules;
import io.carillon.auth.RightsChange;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;
import io.carillon.stock.StockClient.Version;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Connection state recovery of stock clients: `socket.recovered` is true exactly when nothing was
/// missed.
@Timeout(180)
@Tag("F3")
@Aside
class StockRecoveryTest {
    private static final String ANA = TestNode.token("acme", "ana", "writer");
    private static final int AWAY_MILLIS = 300;
    private static final int GAP = 2_000;
    private static TestNode node;

    @BeforeAll
    static void start() {
        node =
                TestNode.start(
                        PostgresFixture.databaseAside(),
                        "carillon.connection.max-gap",
                        GAP,
                        "carillon.connection.ping-interval",
                        "1s",
                        "carillon.transport.write-buffer",
                        16_384);
        node.sql("create table public.member (tenant_id text, user_id text, room text)");
        node.sql("grant select on public.member to public");
        node.sql("insert into public.member values ('acme', 'ana', '7'), ('acme', 'ana', '8')");
        node.open("orders", "notes:{user}");
        node.sql(
                "select carillon.rule('room:{key}', publish_roles => array['writer'], members =>"
                    + " 'select 1 from public.member where tenant_id = $1 and user_id = $2 and room"
                    + " = $3')");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String only(String transport) {
        return "\"transports\":[\"%s\"],\"reconnectionDelay\":%d,\"reconnectionDelayMax\":%d,\"randomizationFactor\":0"
                .formatted(transport, AWAY_MILLIS, AWAY_MILLIS);
    }

    private static StockClient connected(Version version, String transport, String more) {
        var client = new StockClient(version, node.port(), only(transport));
        client.enter("/", ANA, more);
        assertThat(client.expect("connect")).containsEntry("recovered", false);
        return client;
    }

    private static void emit(String channel, int from, int to) {
        node.sql(Writing.each(channel, from, to));
    }

    private static void expect(StockClient client, int from, int to) {
        for (var n = from; n < to; n++) {
            assertThat(StockClient.number(client.event())).isEqualTo(n);
        }
    }

    @ParameterizedTest
    @CsvSource({"NOW,polling", "NOW,websocket", "BEFORE,polling", "BEFORE,websocket"})
    void whatWasMissedComesOnceAndInOrder(Version version, String transport) {
        try (var client = connected(version, transport, "")) {
            emit("orders", 0, 10);
            expect(client, 0, 10);
            for (var round = 1; round <= 2; round++) {
                client.command("cut", "");
                client.expect("disconnect");
                emit("orders", round * 10, round * 10 + 10);
                assertThat(client.expect("connect")).containsEntry("recovered", true);
                assertThat(client.attempts()).as("the page sees that it came back").isPositive();
                expect(client, round * 10, round * 10 + 10);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoHasReceivedNothingYetComesBackToo(Version version) {
        try (var client = connected(version, "websocket", "")) {
            client.command("cut", "");
            client.expect("disconnect");
            emit("orders", 0, 5);
            assertThat(client.expect("connect")).containsEntry("recovered", true);
            expect(client, 0, 5);
        }
    }

    @Test
    void moreThanAWriteBufferIsRecoveredToo() {
        try (var client = connected(Version.NOW, "websocket", "")) {
            client.command("cut", "");
            client.expect("disconnect");
            emit("orders", 0, 1_500);
            assertThat(client.expect("connect")).containsEntry("recovered", true);
            expect(client, 0, 1_500);
        }
    }

    @Test
    void whatIsEphemeralMovesTheOffsetToNoWrongPlace() {
        try (var client = connected(Version.NOW, "websocket", "")) {
            emit("orders", 0, 3);
            expect(client, 0, 3);
            node.sql("select carillon.broadcast('acme', 'orders', 'typing', '{\"n\":99}')");
            assertThat(StockClient.number(client.event("typing"))).isEqualTo(99);
            client.command("cut", "");
            client.expect("disconnect");
            emit("orders", 3, 6);
            assertThat(client.expect("connect")).containsEntry("recovered", true);
            expect(client, 3, 6);
        }
    }

    @Test
    void aQuietClientKeepsAFreshPosition() {
        try (var client = connected(Version.NOW, "websocket", "\"channels\":[\"notes:ana\"]")) {
            emit("orders", 0, 3);
            assertThat((List<?>) client.event("carillon:position").get("args")).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"NOW,polling", "NOW,websocket"})
    void joinedChannelsAreFollowedAgain(Version version, String transport) {
        try (var client = connected(version, transport, "")) {
            emit("room:7", 90, 95);
            node.awaitSeen();
            assertThat(client.ask("/", "join", "\"room:7\"")).containsEntry("ok", true);
            assertThat(client.ask("/", "join", "\"room:8\"")).containsEntry("ok", true);
            assertThat(client.ask("/", "leave", "\"room:8\"")).containsEntry("ok", true);
            client.command("cut", "");
            client.expect("disconnect");
            emit("room:8", 80, 81);
            emit("room:7", 0, 5);
            assertThat(client.expect("connect")).containsEntry("recovered", true);
            expect(client, 0, 5);
        }
    }

    @Test
    @Tag("A5")
    void whoMayNotFollowAnyLongerBeginsAfresh() {
        node.sql("insert into public.member values ('acme', 'ana', '9')");
        try (var client = connected(Version.NOW, "websocket", "")) {
            assertThat(client.ask("/", "join", "\"room:9\"")).containsEntry("ok", true);
            client.command("away", "");
            client.expect("disconnect");
            dismissed("9");
            emit("room:9", 0, 5);
            client.command("back", "");
            assertThat(client.expect("connect")).containsEntry("recovered", false);
            emit("orders", 7, 8);
            expect(client, 7, 8);
        }
    }

    @ParameterizedTest
    @CsvSource({"NOW,polling", "NOW,websocket", "BEFORE,websocket"})
    void whoMissedTooMuchIsToldToReadAgain(Version version, String transport) {
        try (var client = connected(version, transport, "")) {
            client.command("away", "");
            client.expect("disconnect");
            node.sql(Writing.together("orders", 0, GAP / 3));
            node.sql(Writing.together("orders", GAP / 3, 2 * GAP / 3));
            node.sql(Writing.together("orders", 2 * GAP / 3, GAP + 1));
            client.command("back", "");
            assertThat(client.expect("connect")).containsEntry("recovered", false);
            var reset = (Map<?, ?>) ((List<?>) client.event("carillon:reset").get("args")).get(0);
            assertThat(reset.get("reason")).isEqualTo("behind");
            emit("orders", 5, 7);
            expect(client, 5, 7);
        }
    }

    @Test
    void aResetOnTheWayIsToldAndTheClientGoesOn() {
        node.sql(
                "create table public.ledger (id int primary key, tenant_id text, n int);"
                        + " select carillon.watch('public.ledger', 'ledger');"
                        + " select carillon.rule('ledger')");
        node.awaitSeen();
        try (var client = connected(Version.NOW, "websocket", "")) {
            node.sql("truncate public.ledger");
            var live = (Map<?, ?>) ((List<?>) client.event("carillon:reset").get("args")).get(0);
            assertThat(live.get("reason")).isEqualTo("truncated");
            client.command("away", "");
            client.expect("disconnect");
            emit("orders", 0, 1_000);
            node.sql("truncate public.ledger");
            emit("orders", 1_000, 1_010);
            client.command("back", "");
            // More than is held comes first, so the client may hear twice that it is connected.
            var connect = client.expect("connect");
            while (Boolean.TRUE.equals(connect.get("recovered"))) {
                connect = client.expect("connect");
            }
            var away = (Map<?, ?>) ((List<?>) client.event("carillon:reset").get("args")).get(0);
            assertThat(away.get("reason")).isEqualTo("truncated");
            node.sql("insert into public.ledger values (1, 'acme', 1)");
            client.event("ledger.created");
        } finally {
            node.sql("select carillon.unwatch('public.ledger'); drop table public.ledger");
            node.sql("delete from carillon.channel_rule where pattern = 'ledger'");
        }
    }

    /// What else its transaction wrote would carry the client's place beyond the reset; and whether
    /// the client may follow on cannot be asked for now.
    @Test
    @Tag("A3")
    void aResetIsToldBeforeWhatComesAfterItAndIsFollowedOn() {
        node.sql(
                "create table public.gate (seconds float); insert into public.gate values (0);"
                        + " grant select on public.gate to public;"
                        + " create table public.audit (id int primary key, tenant_id text);"
                        + " select carillon.watch('public.audit', 'audit');"
                        + " select carillon.rule('audit', members => 'select 1 from public.gate g,"
                        + " pg_sleep(g.seconds) where $1 is not null')");
        node.awaitSeen();
        try (var client = connected(Version.NOW, "websocket", "")) {
            node.sql("update public.gate set seconds = 5");
            node.bean(ChannelRules.class).forget(new RightsChange.Unknown());
            node.sql("truncate public.audit; " + Writing.together("orders", 1, 2));
            assertThat(client.await(StockRecoveryTest::isNoPosition))
                    .containsEntry("name", "carillon:reset");
            expect(client, 1, 2);
            node.sql("insert into public.audit values (1, 'acme')");
            client.event("audit.created");
            node.sql("update public.gate set seconds = 0");
            node.bean(ChannelRules.class).forget(new RightsChange.Unknown());
            client.command("cut", "");
            client.expect("disconnect");
            assertThat(client.expect("connect")).containsEntry("recovered", true);
        } finally {
            node.sql("select carillon.unwatch('public.audit'); drop table public.audit");
            node.sql("delete from carillon.channel_rule where pattern = 'audit'");
        }
    }

    private static boolean isNoPosition(Map<String, Object> message) {
        return StockClient.is(message, "event") && !"carillon:position".equals(message.get("name"));
    }

    /// More than is held for a client on its way in, which has no cursor to begin from.
    @Test
    @Tag("C12")
    void aBusyConflatedChannelLetsClientsIn() {
        node.open("meters");
        node.sql("select carillon.conflate('meters', 10000, 'id')");
        var keys = 1_000;
        TestNode.await(() -> node.hub().conflation().windowMillis("meters") > 0);
        try (var client = new StockClient(Version.NOW, node.port(), only("websocket"))) {
            node.sql(
                    "select carillon.emit('acme', 'meters', 'meter.read', jsonb_build_object('id',"
                            + " n,"
                            + " 'n', n, 'text', repeat('x', 200))) from generate_series(1, %d) n"
                                    .formatted(keys));
            node.awaitSeen();
            client.enter("/", ANA, "");
            assertThat(client.expect("connect")).containsEntry("recovered", false);
            for (var n = 1; n <= keys; n++) {
                var told = client.await(StockRecoveryTest::isNoPosition);
                assertThat(told).containsEntry("name", "meter.read");
                assertThat(StockClient.number(told)).isEqualTo(n);
            }
        } finally {
            node.sql("delete from carillon.channel_rule where pattern = 'meters'");
        }
    }

    /// The stock client keeps the offset of the session before until it hears another.
    @ParameterizedTest
    @EnumSource
    void whoBeganAfreshIsToldNothingOfBeforeThat(Version version) {
        try (var client = begunAfresh(version, "")) {
            client.command("cut", "");
            client.expect("disconnect");
            emit("orders", 6, 9);
            assertThat(client.expect("connect")).containsEntry("recovered", true);
            expect(client, 6, 9);
        }
    }

    /// The cursor in `auth` is that of the page's first read, and the page has read again.
    @Test
    void whoBeganAfreshIsNotTakenBackToItsFirstRead() {
        var cursor = "\"cursor\":\"" + node.cursor() + "\"";
        try (var client = begunAfresh(Version.NOW, cursor)) {
            emit("orders", 6, 9);
            expect(client, 6, 9);
        }
    }

    /// Answers of membership queries are believed for a second otherwise.
    private static void dismissed(String room) {
        node.sql("delete from public.member where room = '" + room + "'");
        node.bean(ChannelRules.class).forget(new RightsChange.Unknown());
    }

    /// @return a client that has had three events, missed three, and was not recovered
    private static StockClient begunAfresh(Version version, String more) {
        node.sql("insert into public.member values ('acme', 'ana', '10')");
        node.bean(ChannelRules.class).forget(new RightsChange.Unknown());
        var client = connected(version, "websocket", more);
        emit("orders", 0, 3);
        expect(client, 0, 3);
        assertThat(client.ask("/", "join", "\"room:10\"")).containsEntry("ok", true);
        client.command("away", "");
        client.expect("disconnect");
        dismissed("10");
        emit("orders", 3, 6);
        node.awaitSeen();
        client.command("back", "");
        assertThat(client.expect("connect")).containsEntry("recovered", false);
        return client;
    }

    @Test
    @Tag("A9")
    void aPageFollowsFromItsOwnRead() {
        emit("orders", 0, 3);
        var cursor = node.cursor();
        emit("orders", 3, 6);
        try (var client = connected(Version.NOW, "websocket", "\"cursor\":\"" + cursor + "\"")) {
            emit("orders", 6, 8);
            expect(client, 3, 8);
        }
    }

    @Test
    void cutAgainAndAgainInTheMiddleOfTheStream() {
        var total = 3_000;
        try (var client = connected(Version.NOW, "websocket", "")) {
            var writers = new ArrayList<Thread>();
            for (var n = 0; n < total; n++) {
                if (n % 500 == 0) {
                    // Not so many that a client which is away is told to read again.
                    var from = n;
                    writers.forEach(StockRecoveryTest::join);
                    writers.add(Thread.ofVirtual().start(() -> emit("orders", from, from + 500)));
                }
                assertThat(StockClient.number(client.event())).isEqualTo(n);
                if (n % 500 == 250) {
                    client.command("cut", "");
                }
            }
        }
    }

    private static void join(Thread writer) {
        try {
            writer.join();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
