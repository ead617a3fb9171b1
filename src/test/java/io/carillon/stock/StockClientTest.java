package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;
import io.carillon.stock.StockClient.Version;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Map;

/// Stock clients from npm, unmodified, on one node.
@Timeout(120)
@Tag("A8")
class StockClientTest {
    private static final String ANA = TestNode.token("acme", "ana", "writer");
    private static final String POLLING = "\"transports\":[\"polling\"]";
    private static final String SOCKET = "\"transports\":[\"websocket\"]";
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        node.open("orders", "notes:{user}");
        keyed("chat:{key}");
    }

    /// Everybody of the tenant is a member of everything.
    private static void keyed(String pattern) {
        node.sql(
                "select carillon.rule('%s', publish_roles => array['writer'], members => '%s')"
                        .formatted(pattern, "select 1 where $1 is not null"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({"NOW,polling", "NOW,websocket", "BEFORE,polling", "BEFORE,websocket"})
    void aClientHearsItsOwnAndItsTenantsChannelsWithoutAsking(Version version, String transport) {
        try (var client =
                new StockClient(version, node.port(), "\"transports\":[\"" + transport + "\"]")) {
            client.enter("/", ANA, "");
            assertThat(client.expect("connect"))
                    .containsEntry("recovered", false)
                    .containsEntry("transport", transport);
            node.emit("acme", "orders", "order.created", "{\"n\":1}");
            node.emit("other", "orders", "order.created", "{\"n\":2}");
            node.emit("acme", "notes:ana", "note.created", "{\"n\":3}");
            node.emit("acme", "notes:bob", "note.created", "{\"n\":4}");
            node.emit("acme", "orders", "order.updated", "{\"n\":5}");
            assertThat(client.event()).containsEntry("name", "order.created");
            assertThat(client.event()).containsEntry("name", "note.created");
            var last = client.event();
            assertThat(last).containsEntry("name", "order.updated");
            assertThat(StockClient.number(last)).isEqualTo(5);
            // The position is the trailing string.
            assertThat(((List<?>) last.get("args")).getLast()).isInstanceOf(String.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPollingClientMovesToAWebSocketAndLosesNothingOnTheWay(Version version) {
        try (var client = new StockClient(version, node.port(), "")) {
            client.enter("/", ANA, "");
            client.expect("connect");
            node.sql(Writing.each("orders", 0, 300));
            for (var n = 0; n < 300; n++) {
                assertThat(StockClient.number(client.event())).isEqualTo(n);
            }
            var name = "";
            while (!name.equals("websocket")) {
                client.command("transport", "");
                name = (String) client.expect("transport").get("name");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("E1")
    void joiningIsSubscribingWithTheSameRights(Version version) {
        try (var client = new StockClient(version, node.port(), SOCKET);
                var elsewhere = new StockClient(version, node.port(), SOCKET)) {
            elsewhere.enter("/clinic-other", TestNode.token("other", "ana", "writer"), "");
            elsewhere.expect("connect");
            elsewhere.ask("/clinic-other", "conversation:join", "{\"conversationId\":7}");
            client.enter("/clinic-acme", ANA, "");
            client.expect("connect");
            assertThat(client.ask("/clinic-acme", "conversation:join", "{\"conversationId\":7}"))
                    .containsEntry("ok", true)
                    .containsEntry("channels", List.of("chat:7"));
            node.emit("acme", "chat:7", "note.created", "{\"n\":1}");
            assertThat(StockClient.number(client.event())).isEqualTo(1);
            var refused = client.ask("/clinic-acme", "subscribe", "\"secrets\"");
            assertThat(refused).containsEntry("ok", false);
            assertThat(((Map<?, ?>) refused.get("error")).get("code")).isEqualTo("forbidden");
            assertThat(client.ask("/clinic-acme", "conversation:leave", "\"7\""))
                    .containsEntry("ok", true);
            // Who has left the room hears no more of it, and the other clinic never did.
            node.emit("acme", "chat:7", "note.created", "{\"n\":2}");
            node.emit("acme", "orders", "order.created", "{\"n\":3}");
            node.emit("other", "chat:7", "note.created", "{\"n\":4}");
            assertThat(StockClient.number(client.event())).isEqualTo(3);
            assertThat(StockClient.number(elsewhere.event())).isEqualTo(4);
        }
    }

    @Test
    @Tag("C7")
    void typingIsToldToTheOthersWithTheUsersName() {
        try (var ana = new StockClient(Version.NOW, node.port(), SOCKET);
                var bob = new StockClient(Version.BEFORE, node.port(), POLLING)) {
            ana.enter("/realtime", ANA, "");
            bob.enter("/realtime", TestNode.token("acme", "bob", "writer"), "");
            ana.expect("connect");
            bob.expect("connect");
            ana.ask("/realtime", "join", "\"chat:1\"");
            bob.ask("/realtime", "join", "\"chat:1\"");
            assertThat(ana.ask("/realtime", "typing.start", "{\"chatId\":\"1\"}"))
                    .containsEntry("ok", true);
            var told = (List<?>) bob.event("typing.start").get("args");
            assertThat(told.getFirst())
                    .isEqualTo(Map.of("chatId", "1", "userId", "ana", "userName", "ANA"));
        }
    }

    @Test
    @Tag("A5")
    void whoMayNotEnterIsToldWhy() {
        try (var client = new StockClient(Version.NOW, node.port(), SOCKET)) {
            client.enter("/", "nonsense", "");
            var refused = client.expect("refused");
            assertThat((String) refused.get("message")).contains("token_malformed");
            assertThat(((Map<?, ?>) refused.get("data")).get("code")).isEqualTo("unauthenticated");
            client.enter("/clinic-other", ANA, "");
            assertThat((String) client.expect("refused").get("message")).contains("another tenant");
            client.enter("/nowhere", ANA, "");
            assertThat(client.expect("refused")).containsEntry("message", "Invalid namespace");
            client.enter("/realtime", ANA, "\"channels\":[\"orders\",\"secrets\"]");
            var data = (Map<?, ?>) client.expect("refused").get("data");
            assertThat(data.get("code")).isEqualTo("forbidden");
            client.enter("/clinic-acme", ANA, "\"channels\":[\"orders\"]");
            client.expect("connect");
        }
    }
}
