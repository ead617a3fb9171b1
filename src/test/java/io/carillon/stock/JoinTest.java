package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.auth.ChannelRules;
import io.carillon.auth.RightsChange;
import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/// Clients that are cut on their way into a room or a namespace.
@Timeout(60)
@Tag("F3")
@Aside
class JoinTest {
    private static final String ANA = TestNode.token("acme", "ana", "writer");
    private static PostgresFixture.FreshDatabase database;
    private static TestNode node;

    @BeforeAll
    static void start() {
        database = PostgresFixture.databaseAside();
        node = TestNode.start(database);
        node.open("orders");
        node.sql("select carillon.rule('room:{key}', members => 'select 1 where $1 is not null')");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /// What it joined is not kept yet, so it joins again.
    @Test
    void aJoinFromAnOldPlaceDoesNotTakeTheClientBackThere() throws IOException, SQLException {
        var old = node.cursor();
        node.sql(Writing.each("room:7", 0, 3));
        try (var blocker = database.asSuperuser()) {
            lock(blocker, "carillon.socketio_session in share row exclusive mode");
            String back;
            try (var client = new BareClient(node, ANA, "")) {
                node.sql(Writing.each("orders", 0, 3));
                client.expect(0, 3);
                client.emit("\"subscribe\",\"room:7\",{\"cursor\":\"" + old + "\"}");
                assertThat(client.next().path("channel").asText()).isEqualTo("room:7");
                // Cut in the middle.
                back = client.back();
            }
            try (var client = new BareClient(node, ANA, back)) {
                assertThat(back).as("recovered").contains(client.pid);
                node.sql(Writing.each("orders", 99, 100));
                client.expect(99, 100);
            }
            blocker.rollback();
        }
    }

    /// Whoever leaves does not end the question whether it may enter.
    @Test
    @Tag("F8")
    void questionsThatNobodyWaitsForCountAsNamespaces() throws SQLException {
        try (var blocker = database.asSuperuser();
                var socket = RawWebSocket.open(node.port(), BareClient.PATH)) {
            lock(blocker, "carillon.channel_rule in access exclusive mode");
            // After the lock: the node reads them now and then by itself.
            node.bean(ChannelRules.class).forget(new RightsChange.Unknown());
            assertThat(socket.frame().text()).startsWith("0{");
            for (var number = 0; number < 11; number++) {
                socket.send("40{\"token\":\"" + ANA + "\"}");
                socket.send("41");
            }
            assertThat(socket.frame().text()).startsWith("44{\"message\":\"too many namespaces\"");
            blocker.rollback();
        }
    }

    private static void lock(Connection blocker, String what) throws SQLException {
        blocker.setAutoCommit(false);
        try (var statement = blocker.createStatement()) {
            statement.execute("lock table " + what);
        }
    }
}
