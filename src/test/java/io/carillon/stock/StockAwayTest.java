package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.auth.ChannelRules;
import io.carillon.chaos.FaultProxy;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;
import io.carillon.stock.StockClient.Version;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Stock clients that come while Postgres is away: what cannot be said now is no answer, and they
/// try again by themselves.
@Timeout(120)
@Tag("A8")
@Aside
class StockAwayTest {
    private static final String ANA = TestNode.token("acme", "ana", "writer");
    private static final String SOCKET = "\"transports\":[\"websocket\"]";
    private static FaultProxy link;
    private static TestNode node;

    @BeforeAll
    static void start() throws IOException {
        var database = PostgresFixture.databaseAside();
        var postgres = URI.create(database.url()).getPort();
        link = new FaultProxy(() -> postgres);
        node =
                TestNode.start(
                        database,
                        "carillon.database.url",
                        "postgresql://127.0.0.1:" + link.port() + "/" + database.name(),
                        "carillon.database.pool-wait",
                        "1s");
        node.open("orders");
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
        link.close();
    }

    private static StockClient connected() {
        var client = new StockClient(Version.NOW, node.port(), SOCKET);
        client.enter("/", ANA, "");
        client.expect("connect");
        return client;
    }

    private static void cut() throws IOException {
        link.way(FaultProxy.Way.CUT);
        TestNode.await(() -> node.bean(ChannelRules.class).conflated() == null);
    }

    private static boolean isAnswerOrAttempt(Map<String, Object> message) {
        return List.of("connect", "refused", "attempt").contains(message.get("what"));
    }

    private static void emit(int n) {
        node.emit("acme", "orders", "order.created", "{\"n\":" + n + "}");
    }

    @Test
    @Tag("A3")
    void whoEntersWhileTheRulesCannotBeReadComesBackAndFollowsWhatIsOpenToIt() throws IOException {
        connected().close();
        cut();
        try (var client = new StockClient(Version.NOW, node.port(), SOCKET)) {
            client.enter("/", ANA, "");
            assertThat(client.await(StockAwayTest::isAnswerOrAttempt))
                    .containsEntry("what", "attempt");
            link.way(FaultProxy.Way.OPEN);
            client.expect("connect");
            emit(1);
            assertThat(StockClient.number(client.event())).isEqualTo(1);
        } finally {
            link.way(FaultProxy.Way.OPEN);
        }
    }

    @Test
    @Tag("F3")
    void whoLosesItsConnectionWhilePostgresIsAwayIsRecoveredAfterwards() throws IOException {
        try (var client = connected()) {
            emit(1);
            assertThat(StockClient.number(client.event())).isEqualTo(1);
            cut();
            client.command("cut", "");
            client.expect("disconnect");
            for (var attempt : List.of(1, 2, 3)) {
                assertThat(client.await(StockAwayTest::isAnswerOrAttempt))
                        .as("attempt %d", attempt)
                        .containsEntry("what", "attempt");
                assertThat(client.expect("reconnect")).isNotNull();
            }
            emit(2);
            link.way(FaultProxy.Way.OPEN);
            assertThat(client.expect("connect")).containsEntry("recovered", true);
            assertThat(StockClient.number(client.event())).isEqualTo(2);
        } finally {
            link.way(FaultProxy.Way.OPEN);
        }
    }
}
