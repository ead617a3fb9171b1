package io.carillon.module.chat;

import static io.carillon.module.chat.Chats.begun;
import static io.carillon.module.chat.Chats.path;
import static io.carillon.module.chat.Chats.sent;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;
import io.carillon.module.Follower;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.Locale;

/// Who is writing: told once, and over by itself.
class TypingTest {
    private static final String ON = "{\"on\":true}";
    private static final String OFF = "{\"on\":false}";

    private static ModuleNode node;
    private static TestNode second;
    private static Person ana;
    private static Person ben;

    @BeforeAll
    static void start() {
        node = ModuleNode.start("carillon.chat.typing", "1s");
        second = node.another("carillon.chat.typing", "1s");
        ana = node.person("acme", "ana");
        ben = new Person(second, "acme", "ben");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static void told(Follower follower, String type, String user) {
        var data = follower.next(type).data();
        assertThat(data.get("userId").asText()).isEqualTo(user);
        assertThat(data.get("userName").asText()).isEqualTo(user.toUpperCase(Locale.ROOT));
        assertThat(data.path("expiresIn").asInt())
                .isEqualTo(type.equals("typing.start") ? 1000 : 0);
    }

    @Test
    @Tag("E5")
    @Tag("E2")
    @Tag("A5")
    void itEndsByItselfOrWithTheMessage() {
        var id = begun(ana, "Typing", "ben");
        var dora = node.person("globex", "dora");
        var other = begun(dora, "Pigeons");
        try (var bens = ben.follow("chat:" + id);
                var doras = dora.follow("chat:" + other)) {
            ana.post(path(id) + "/typing", ON).ok();
            told(bens, "typing.start", "ana");
            told(bens, "typing.stop", "ana");
            new Person(second, "acme", "ana").post(path(id) + "/typing", ON).ok();
            told(bens, "typing.start", "ana");
            ana.post(path(id) + "/typing", OFF).ok();
            told(bens, "typing.stop", "ana");
            ana.post(path(id) + "/typing", OFF).ok();
            ana.post(path(id) + "/typing", ON).ok();
            told(bens, "typing.start", "ana");
            sent(ana, id, "Ding");
            var ended = bens.next();
            while (!ended.type().equals("typing.stop")) {
                assertThat(ended.type()).isIn("message.created", "conversation.updated");
                ended = bens.next();
            }
            dora.post(path(other) + "/typing", ON).ok();
            told(doras, "typing.start", "dora");
        }
        ana.post(path(id) + "/typing", "{}").problem(400, "invalid");
        assertThat(
                        node.node()
                                .ask(
                                        "select count(*) from carillon_app.typing t where"
                                                + " t.tenant_id = 'acme'"))
                .isEqualTo("0");
    }

    /// What was told still stands for more than half of its time, whatever time passes here.
    @Test
    @Tag("E5")
    void saidAgainTooEarlyNothingIsTold() {
        var id = begun(ana, "Again", "ben");
        try (var bens = ben.follow("chat:" + id)) {
            node.node()
                    .sql(
                            "insert into carillon_app.typing (tenant_id, conversation_id, user_id,"
                                    + " user_name, until) values ('acme', "
                                    + id
                                    + ", 'ana', 'ANA', clock_timestamp() + interval '1 hour')");
            ana.post(path(id) + "/typing", ON).ok();
            ana.post(path(id) + "/typing", OFF).ok();
            told(bens, "typing.stop", "ana");
        }
    }

    @Test
    @Tag("C7")
    @Tag("E5")
    void clientsSayItOnTheChannelAndNobodySaysItForAnother() {
        var id = begun(ana, "Word", "ben");
        var channel = "chat:" + id;
        try (var bens = ben.follow(channel)) {
            var socket = RawWebSocket.connected(node.node(), ana.token());
            var publish =
                    "\"command\":\"publish\",\"channel\":\"%s\",\"type\":\"%s\",\"data\":"
                            + "{\"conversationId\":\"9\",\"userId\":\"ben\",\"userName\":\"Boss\"}";
            socket.command(publish.formatted(channel, "typing.start"));
            assertThat(socket.next()).containsEntry("ok", true);
            told(bens, "typing.start", "ana");
            socket.command(publish.formatted(channel, "typing.stop"));
            assertThat(socket.next()).containsEntry("ok", true);
            told(bens, "typing.stop", "ana");
            socket.command(publish.formatted(channel, "message.created"));
            assertThat(socket.next()).containsEntry("ok", false);
            socket.close();
            var stranger = RawWebSocket.connected(node.node(), TestNode.token("acme", "eve"));
            stranger.command(publish.formatted(channel, "typing.start"));
            assertThat(stranger.next()).containsEntry("ok", false);
            stranger.command(publish.formatted("chat:x", "typing.start"));
            assertThat(stranger.next()).containsEntry("ok", false);
            stranger.close();
        }
    }
}
