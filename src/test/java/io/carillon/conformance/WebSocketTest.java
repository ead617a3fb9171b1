package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What only WebSocket has: handshake, frames, commands, close codes.
class WebSocketTest {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        node.open("orders", "notes");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    @Tag("A1")
    void aCommittedEventReachesItsSubscriber() {
        try (var client = RawWebSocket.connected(node, TestNode.token("acme", "ana"))) {
            assertThat(client.subscribe("orders")).containsEntry("ok", true).containsKey("cursor");
            node.emit("acme", "orders", "order.created", "{\"n\":1}");
            var push = client.next();
            assertThat(push).containsEntry("push", "events").containsEntry("channel", "orders");
            assertThat(push.get("events").toString()).contains("order.created");
        }
    }
}
