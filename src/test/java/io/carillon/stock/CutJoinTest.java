package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.sql.SQLException;

/// Who is cut while what a join tells is on its way is recovered exactly when nothing of it was
/// missed.
@Timeout(120)
@Tag("F3")
@Aside
class CutJoinTest {
    private static final String ANA = TestNode.token("acme", "ana", "writer");
    private static final int GAP = 100;
    private static PostgresFixture.FreshDatabase database;
    private static TestNode node;
    private static TestNode other;

    /// Three events of room 1 lie behind it.
    private String old = "";

    @BeforeAll
    static void start() {
        database = PostgresFixture.databaseAside();
        node = TestNode.start(database, "carillon.connection.max-gap", GAP);
        other = node.beside();
        node.open("orders");
        node.sql("select carillon.rule('room:{key}', members => 'select 1 where $1 is not null')");
    }

    @AfterAll
    static void stop() {
        other.close();
        node.close();
    }

    @BeforeEach
    void told() {
        node.sql("delete from carillon.socketio_session");
        old = node.cursor();
        emit("room:1", 0, 3);
        node.awaitSeen();
        other.awaitSeen();
    }

    private static void emit(String channel, int from, int to) {
        node.sql(Writing.each(channel, from, to));
    }

    private static BareClient entered() throws IOException {
        var client = new BareClient(node, ANA, "");
        client.event("carillon:position");
        return client;
    }

    private static BareClient back(BareClient before) throws IOException {
        return new BareClient(node, ANA, before.back());
    }

    private static void recovered(BareClient before, BareClient after) {
        assertThat(after.pid).as("recovered").isEqualTo(before.pid);
    }

    private static void notRecovered(BareClient before, BareClient after) {
        assertThat(after.pid).as("recovered").isNotEqualTo(before.pid);
    }

    private String from(String... rooms) {
        return "\"subscribe\",[\""
                + String.join("\",\"", rooms)
                + "\"],{\"cursor\":\""
                + old
                + "\"}";
    }

    /// Returns when the row says so; everything that was told before is on its way then.
    private static void awaitRow(String so) {
        TestNode.await(() ->
                node.ask("select count(*) from carillon.socketio_session where " + so).equals("1"));
    }

    private static void awaitKept(String room) {
        awaitRow("'" + room + "' = any(channels)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void whatNobodyReceivedWasMissed(int meanwhile) throws IOException {
        try (var client = entered()) {
            emit("orders", 10, 10 + meanwhile);
            client.emit(from("room:1"));
            awaitKept("room:1");
            client.close();
            try (var after = back(client)) {
                notRecovered(client, after);
                assertThat(after.ask(from("room:1")).path("ok").asBoolean()).isTrue();
            }
        }
    }

    @Test
    void whatWasReceivedInPartWasMissed() throws IOException {
        try (var client = entered()) {
            client.emit(from("room:1"));
            client.expect(0, 1);
            awaitKept("room:1");
            client.close();
            try (var after = back(client)) {
                notRecovered(client, after);
            }
        }
    }

    @Test
    void whoHasReceivedNoPositionYetMissesIt() throws IOException {
        try (var client = new BareClient(node, ANA, "")) {
            client.emit(from("room:1"));
            awaitKept("room:1");
            client.close();
            assertThat(client.back()).doesNotContain("offset");
            try (var after = back(client)) {
                notRecovered(client, after);
            }
        }
    }

    /// Nothing else is written, so the log stands where it stood before the join.
    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void whatWasReceivedIsNotToldAgain(boolean ephemeral, boolean elsewhere) throws IOException {
        try (var client = entered()) {
            assertThat(client.ask(from("room:1")).path("ok").asBoolean()).isTrue();
            if (ephemeral) {
                node.sql("select carillon.broadcast('acme', 'room:1', 'typing', '{}')");
                client.event("typing");
            }
            client.close();
            emit("room:1", 3, 5);
            var where = elsewhere ? other : node;
            try (var after = new BareClient(where, ANA, client.back())) {
                recovered(client, after);
                after.expect(3, 5);
                // What it was told there proves the join too.
                after.close();
                try (var third = back(after)) {
                    recovered(client, third);
                    emit("room:1", 5, 6);
                    third.expect(5, 6);
                }
            }
        }
    }

    @Test
    void whatWasToldLaterProvesIt() throws IOException {
        try (var client = entered()) {
            client.emit(from("room:1"));
            client.expect(0, 3);
            awaitKept("room:1");
            emit("orders", 3, 4);
            client.expect(3, 4);
            client.close();
            try (var after = back(client)) {
                recovered(client, after);
                emit("room:1", 4, 5);
                after.expect(4, 5);
            }
        }
    }

    @Test
    void theOwnerDiesBeforeItWasReceived() throws IOException {
        try (var client = entered()) {
            client.emit(from("room:1"));
            awaitKept("room:1");
            client.close();
            try (var after = new BareClient(other, ANA, client.back())) {
                notRecovered(client, after);
            }
        }
    }

    @Test
    void aJoinFromNowOnMissesNothing() throws IOException {
        try (var client = entered()) {
            client.emit("\"join\",\"room:1\"");
            awaitKept("room:1");
            emit("room:1", 3, 6);
            client.close();
            emit("room:1", 6, 8);
            try (var after = back(client)) {
                recovered(client, after);
                after.expect(3, 8);
            }
        }
    }

    @Test
    void theLastOfManyJoinsIsTheOneToBeReceived() throws IOException {
        try (var client = entered()) {
            assertThat(client.ask(from("room:1")).path("ok").asBoolean()).isTrue();
            client.emit(from("room:2", "room:3"));
            awaitKept("room:3");
            client.close();
            try (var after = back(client)) {
                notRecovered(client, after);
            }
        }
    }

    @Test
    void whatWasLeftOrJoinedAnewFromNowOnNeedNotBeReceived() throws IOException {
        try (var client = entered()) {
            client.emit(from("room:1", "room:2"));
            client.emit("\"leave\",[\"room:1\",\"room:2\"]");
            client.emit("\"join\",\"room:2\"");
            awaitRow("channels @> '{room:2}' and not channels @> '{room:1}'");
            client.close();
            try (var after = back(client)) {
                recovered(client, after);
                emit("room:2", 7, 8);
                after.expect(7, 8);
            }
        }
    }

    /// The stock client keeps the offset of the session before until it hears another.
    @Test
    void aMarkOfAnotherSessionProvesNothing() throws IOException {
        try (var client = entered()) {
            assertThat(client.ask(from("room:1")).path("ok").asBoolean()).isTrue();
            client.close();
            var mark = client.back().replaceFirst(".*\"offset\":\"", ",\"offset\":\"");
            try (var fresh = new BareClient(node, ANA, "")) {
                fresh.emit(from("room:1", "room:2"));
                awaitKept("room:2");
                fresh.close();
                try (var after = new BareClient(node, ANA, fresh.back() + mark)) {
                    notRecovered(fresh, after);
                }
            }
        }
    }

    /// A row that a node of before wrote says nothing of joins.
    @Test
    void aRowOfTheVersionBeforeIsGoneOnWith() throws IOException {
        try (var client = entered()) {
            assertThat(client.ask(from("room:1")).path("ok").asBoolean()).isTrue();
            client.close();
            node.sql(
                    "update carillon.socketio_session set stint = default, join_number = null,"
                            + " join_end = null");
            emit("room:1", 3, 4);
            try (var after = back(client)) {
                recovered(client, after);
                after.expect(3, 4);
                assertThat(after.ask("\"join\",\"room:2\"").path("ok").asBoolean()).isTrue();
            }
        }
    }

    @Test
    void aPositionThatWasToldIsACursorToo() throws IOException {
        try (var client = entered()) {
            assertThat(client.ask(from("room:1")).path("ok").asBoolean()).isTrue();
            var position = client.back().replaceFirst(".*\"offset\":\"(.*)\"", "$1");
            assertThat(position).contains("~");
            emit("room:2", 3, 4);
            node.awaitSeen();
            var join = "\"join\",\"room:2\",{\"cursor\":\"" + position + "\"}";
            assertThat(client.ask(join).path("ok").asBoolean()).isTrue();
            try (var later = new BareClient(node, ANA, ",\"cursor\":\"" + position + "\"")) {
                emit("orders", 4, 5);
                later.expect(4, 5);
            }
        }
    }

    /// What it had joined is not followed then, and so can be joined again, and is kept again.
    @Test
    void whoWasResetJoinsAgainAndIsRecoveredWithIt() throws IOException {
        try (var client = entered()) {
            assertThat(client.ask(from("room:1")).path("ok").asBoolean()).isTrue();
            client.close();
            node.sql(Writing.together("orders", 0, GAP + 1));
            try (var after = back(client)) {
                notRecovered(client, after);
                assertThat(after.event("carillon:reset").path("reason").asText())
                        .isEqualTo("behind");
                assertThat(after.ask("\"join\",\"room:1\"").path("ok").asBoolean()).isTrue();
                after.close();
                emit("room:1", 3, 5);
                try (var third = back(after)) {
                    recovered(after, third);
                    third.expect(3, 5);
                }
            }
        }
    }

    /// The second write would begin when the client has gone, and its channels with it.
    @Test
    void whoIsCutBetweenTwoWritesKeepsWhatItHad() throws IOException, SQLException {
        try (var client = entered();
                var blocker = database.asSuperuser()) {
            assertThat(client.ask("\"join\",\"room:1\"").path("ok").asBoolean()).isTrue();
            blocker.setAutoCommit(false);
            try (var statement = blocker.createStatement()) {
                statement.execute("lock table carillon.socketio_session in exclusive mode");
            }
            client.emit("\"join\",\"room:2\"");
            client.emit("\"join\",\"room:3\"");
            node.awaitBlocked();
            // Answered behind the joins.
            assertThat(client.ask("\"leave\",\"room:9\"").path("ok").asBoolean()).isFalse();
            client.close();
            node.awaitConnections(0);
            blocker.rollback();
            awaitKept("room:2");
            emit("room:1", 3, 5);
            try (var after = back(client)) {
                recovered(client, after);
                after.expect(3, 5);
            }
        }
    }

    /// It asks to follow what it did not follow before, beside what it had joined.
    @Test
    void whoAsksForOtherChannelsThanBeforeBeginsAfresh() throws IOException {
        try (var client = new BareClient(node, ANA, ",\"channels\":[\"orders\"]")) {
            assertThat(client.ask("\"join\",\"room:1\"").path("ok").asBoolean()).isTrue();
            client.close();
            var joined = client.back() + ",\"channels\":[\"orders\",\"room:1\"]";
            try (var after = new BareClient(node, ANA, joined)) {
                recovered(client, after);
            }
            var more = client.back() + ",\"channels\":[\"orders\",\"room:2\"]";
            try (var after = new BareClient(node, ANA, more)) {
                notRecovered(client, after);
                emit("room:2", 1, 2);
                after.expect(1, 2);
            }
        }
    }
}
