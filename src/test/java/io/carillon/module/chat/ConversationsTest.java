package io.carillon.module.chat;

import static io.carillon.module.chat.Chats.PATH;
import static io.carillon.module.chat.Chats.begun;
import static io.carillon.module.chat.Chats.path;
import static io.carillon.module.chat.Chats.sent;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Conversations and their members.
class ConversationsTest {
    private static ModuleNode node;
    private static Person ana;
    private static Person ben;
    private static Person cora;
    private static Person dora;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        ana = node.person("acme", "ana");
        ben = node.person("acme", "ben");
        cora = node.person("acme", "cora", "admin");
        dora = node.person("globex", "dora", "admin");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    @Tag("E2")
    @Tag("A5")
    void theListOfEachMemberTellsOfItAndNobodyElses() {
        try (var anas = ana.follow("conversations:ana");
                var phone = ben.follow("conversations:ben");
                var laptop = ben.follow("conversations:ben");
                var other = cora.follow("conversations:cora");
                var foreign = node.person("globex", "ben").follow("conversations:ben")) {
            var made =
                    ana.post(PATH, "{\"title\":\" Bells \",\"members\":[{\"user\":\"ben\"}]}").ok();
            var id = made.get("id").asText();
            assertThat(made.get("title").asText()).isEqualTo("Bells");
            assertThat(made.get("role").asText()).isEqualTo("owner");
            assertThat(anas.next("inbox.created").data().get("row")).isEqualTo(made);
            for (var device : List.of(phone, laptop)) {
                var row = device.next("inbox.created").data().get("row");
                assertThat(row).isEqualTo(ben.get(path(id)).ok());
                assertThat(row.get("role").asText()).isEqualTo("member");
            }

            var message = sent(ana, id, "Ding");
            var listed = phone.next("inbox.updated").data().get("row");
            assertThat(listed.get("unread").asInt()).isEqualTo(1);
            assertThat(listed.get("last_message_id")).isEqualTo(message.get("id"));
            assertThat(listed.get("last_text").asText()).isEqualTo("Ding");
            assertThat(listed.get("active_at")).isEqualTo(message.get("created_at"));
            assertThat(listed).isEqualTo(ben.get(path(id)).ok());
            assertThat(anas.next("inbox.updated").data().get("row").get("unread").asInt()).isZero();

            begun(dora, "Pigeons", "ben");
            assertThat(foreign.next("inbox.created").data().get("row").get("title").asText())
                    .isEqualTo("Pigeons");
            begun(ana, "Second", "cora");
            assertThat(other.next("inbox.created").data().get("row").get("title").asText())
                    .isEqualTo("Second");
        }
    }
}
