package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

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

/// Clients that keep what the stock client keeps, and read no further than a test wants.
@Timeout(60)
@Tag("F3")
@Aside
class JoinTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/socket.io/?EIO=4&transport=websocket";
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

    /// What came of entering, and the offset as the stock client keeps it.
    private static final class Client implements AutoCloseable {
        final RawWebSocket socket = RawWebSocket.open(node.port(), PATH);
        String pid = "";
        String offset = "";

        Client(String more) throws IOException {
            assertThat(socket.frame().text()).startsWith("0{");
            socket.send("40{\"token\":\"" + ANA + "\"" + more + "}");
            pid = JSON.readTree(packet("40")).path("pid").asText();
        }

        /// @return the rest of the next packet of a kind
        String packet(String kind) {
            while (true) {
                var text = socket.frame().text();
                if (text.startsWith(kind)) {
                    return text.substring(kind.length());
                }
                if (text.equals("2")) {
                    socket.send("3");
                }
            }
        }

        /// @return the payload of the next event of the log
        JsonNode next() throws IOException {
            while (true) {
                var event = JSON.readTree(packet("42"));
                var last = event.get(event.size() - 1);
                if (last.isTextual() && event.size() > 1) {
                    offset = last.asText();
                }
                if (!event.get(0).asText().startsWith("carillon:")) {
                    return event.at("/1");
                }
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @Test
    void aJoinFromAnOldPlaceDoesNotTakeTheClientBackThere() throws IOException {
        var old = node.cursor();
        node.sql(Writing.each("room:7", 0, 3));
        String back;
        try (var client = new Client("")) {
            node.sql(Writing.each("orders", 0, 3));
            for (var n = 0; n < 3; n++) {
                assertThat(client.next().at("/data/n").asInt()).isEqualTo(n);
            }
            client.socket.send("42[\"subscribe\",\"room:7\",{\"cursor\":\"" + old + "\"}]");
            assertThat(client.next().path("channel").asText()).isEqualTo("room:7");
            // Cut in the middle.
            back = ",\"pid\":\"" + client.pid + "\",\"offset\":\"" + client.offset + "\"";
        }
        try (var client = new Client(back)) {
            assertThat(back).as("recovered").contains(client.pid);
            node.sql(Writing.each("orders", 99, 100));
            assertThat(client.next().at("/data/n").asInt()).isEqualTo(99);
        }
    }

    /// Whoever leaves does not end the question whether it may enter.
    @Test
    @Tag("F8")
    void questionsThatNobodyWaitsForCountAsNamespaces() throws SQLException {
        try (var blocker = database.asSuperuser();
                var socket = RawWebSocket.open(node.port(), PATH)) {
            lock(blocker);
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

    private static void lock(Connection blocker) throws SQLException {
        blocker.setAutoCommit(false);
        try (var statement = blocker.createStatement()) {
            statement.execute("lock table carillon.channel_rule in access exclusive mode");
        }
    }
}
