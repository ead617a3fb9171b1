package io.carillon.module.chat;

import static io.carillon.module.chat.Chats.PATH;
import static io.carillon.module.chat.Chats.begun;
import static io.carillon.module.chat.Chats.path;
import static io.carillon.module.chat.Chats.sent;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.Quickest;
import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// Conversations and their members.
class ConversationsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

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

    @Test
    @Tag("E2")
    void anotherTitleReachesPagesAndLists() {
        var id = begun(ana, "Ropes", "ben");
        try (var page = ben.follow("chat:" + id);
                var list = ben.follow("conversations:ben")) {
            ben.send("PATCH", path(id), "{\"title\":\"Mine\"}").problem(403, "conversation_owner");
            var renamed =
                    ana.send("PATCH", path(id), "{\"title\":\"Chains\"}", "If-Match", "\"1\"");
            assertThat(renamed.header("ETag")).isEqualTo("\"2\"");
            ana.send("PATCH", path(id), "{\"title\":\"x\"}", "If-Match", "\"1\"")
                    .problem(412, "version_conflict");
            ana.send("PATCH", path(id), "{\"title\":\" \"}").problem(400, "invalid");
            var updated = page.next("conversation.updated").data();
            assertThat(updated.get("row").get("title").asText()).isEqualTo("Chains");
            assertThat(updated.get("changed").toString()).contains("title", "version");
            assertThat(list.next("inbox.updated").data().get("row"))
                    .isEqualTo(ben.get(path(id)).ok());
            // Messages are no new version of the title.
            sent(ben, id, "Chains?");
            ana.send("PATCH", path(id), "{\"title\":\"Ropes\"}", "If-Match", "\"2\"").ok();
        }
    }

    @Test
    @Tag("A5")
    @Tag("E1")
    void onlyMembersFindIt() {
        var id = begun(ana, "Secret", "ben");
        var message = sent(ana, id, "Hush").get("id").asText();
        for (var stranger : List.of(cora, dora, node.person("globex", "ana"))) {
            stranger.get(path(id)).problem(404, "conversation_missing");
            stranger.get(path(id) + "/messages").problem(404, "conversation_missing");
            stranger.get(path(id) + "/messages/" + message).problem(404, "conversation_missing");
            stranger.get(path(id) + "/members").problem(404, "conversation_missing");
            sent(stranger, id, UUID.randomUUID().toString(), "Me too")
                    .problem(404, "conversation_missing");
            for (var what : List.of("/read", "/delivered", "/typing")) {
                stranger.post(path(id) + what, "{\"on\":true}")
                        .problem(404, "conversation_missing");
            }
            stranger.post(path(id) + "/members", "{\"user\":\"eve\"}")
                    .problem(404, "conversation_missing");
            stranger.send("DELETE", path(id), "").problem(404, "conversation_missing");
            stranger.send("DELETE", path(id) + "/messages/" + message, "")
                    .problem(404, "conversation_missing");
            assertThat(stranger.get(PATH).ok().get("items").findValuesAsText("id"))
                    .doesNotContain(id);
            var refused = RawWebSocket.connected(node.node(), stranger.token());
            refused.command("\"command\":\"subscribe\",\"channels\":[\"chat:" + id + "\"]");
            assertThat(refused.next()).containsEntry("ok", false);
            refused.close();
        }
        ana.get(path("nonsense")).problem(404, "conversation_missing");
        assertThat(ana.get(path(id)).ok().get("last_text").asText()).isEqualTo("Hush");
    }

    @Test
    @Tag("E1")
    void whoIsAddedReadsWhoIsRemovedStopsReadingLive() throws Exception {
        var id = begun(ana, "Tower", "ben");
        sent(ana, id, "Before");
        try (var stays = ben.follow("chat:" + id);
                var list = cora.follow("conversations:cora")) {
            ben.post(path(id) + "/members", "{\"user\":\"cora\"}")
                    .problem(403, "conversation_owner");
            var added = ana.post(path(id) + "/members", "{\"user\":\"cora\",\"name\":\"C.\"}");
            assertThat(added.ok().get("user_name").asText()).isEqualTo("C.");
            ana.post(path(id) + "/members", "{\"user\":\"cora\"}").problem(409, "member_exists");
            assertThat(list.next("inbox.created").data().get("row").get("unread").asInt()).isZero();
            assertThat(cora.get(path(id) + "/messages").ok().get("items").findValuesAsText("text"))
                    .containsExactly("Before");
            stays.next("receipt.created");
            assertThat(stays.next("member.created").data().get("row").get("user_id").asText())
                    .isEqualTo("cora");

            removed(id, "cora");
            list.next("inbox.deleted");
            cora.get(path(id)).problem(404, "conversation_missing");
            assertThat(stays.until("receipt.deleted").getLast().type()).isEqualTo("member.deleted");
        }
        var guests = new AtomicInteger();
        Quickest.below(
                SECOND,
                () -> {
                    var guest = "guest" + guests.incrementAndGet();
                    ana.post(path(id) + "/members", "{\"user\":\"" + guest + "\"}").ok();
                    return removed(id, guest);
                });
    }

    /// @return how long a member who follows a conversation goes on reading it after its removal
    private static Duration removed(String id, String user) {
        try (var gone = RawWebSocket.connected(node.node(), TestNode.token("acme", user))) {
            gone.command("\"command\":\"subscribe\",\"channels\":[\"chat:" + id + "\"]");
            assertThat(gone.next()).containsEntry("ok", true);
            node.node().awaitSeen();
            var began = System.nanoTime();
            ana.send("DELETE", path(id) + "/members/" + user, "").ok();
            var told = gone.next();
            while (!"ended".equals(told.get("push"))) {
                told = gone.next();
            }
            return Quickest.since(began);
        }
    }

    @Test
    void whoLeavesLastHandsItOver() {
        var id = begun(ana, "Relay", "ben", "cora");
        ben.send("DELETE", path(id) + "/members/cora", "").problem(403, "conversation_owner");
        ana.send("PATCH", path(id) + "/members/cora", "{\"role\":\"owner\"}").ok();
        ana.send("DELETE", path(id) + "/members/ana", "").ok();
        assertThat(cora.get(path(id)).ok().get("role").asText()).isEqualTo("owner");
        cora.send("DELETE", path(id) + "/members/cora", "").ok();
        assertThat(ben.get(path(id)).ok().get("role").asText()).isEqualTo("owner");
        try (var list = ben.follow("conversations:ben");
                var page = ben.follow("chat:" + id)) {
            sent(ben, id, "Alone");
            ben.send("DELETE", path(id), "").ok();
            assertThat(list.until("inbox.deleted")).isNotEmpty();
            assertThat(page.until("conversation.deleted"))
                    .noneMatch(heard -> heard.type().equals("message.deleted"));
        }
        assertThat(node.node().ask("select count(*) from carillon_app.typing")).isEqualTo("0");
    }

    @Test
    void aConversationIsNoCrowd() {
        try (var small = ModuleNode.start("carillon.chat.members", 2)) {
            var eva = small.person("acme", "eva");
            var id = begun(eva, "Two", "fay");
            eva.post(path(id) + "/members", "{\"user\":\"gus\"}").problem(422, "members_full");
            eva.post(PATH, "{\"title\":\"x\",\"members\":[{\"user\":\"a\\u0007b\"}]}")
                    .problem(400, "invalid");
        }
    }

    @Test
    @Tag("E2")
    void membersSeeWhoOfThemIsThere() {
        var id = begun(ana, "Watch", "ben");
        try (var here = ben.follow("chat:" + id)) {
            var asked = "/api/presence?channel=chat:" + id;
            while (!ana.get(asked).body().toString().contains("\"ben\"")) {
                Thread.onSpinWait();
            }
            assertThat(cora.get(asked).status()).isEqualTo(403);
            sent(ana, id, "I see you");
            here.next("message.created");
        }
    }

    @Test
    @Tag("E6")
    void theListComesInPagesTheLastActiveFirst() {
        var eva = node.person("acme", "eva");
        var ids = new ArrayList<String>();
        for (var n = 0; n < 5; n++) {
            ids.add(begun(eva, "c" + n));
        }
        sent(eva, ids.get(1), "up");
        var first = eva.get(PATH + "?limit=2").ok();
        sent(eva, ids.get(0), "up, while pages are read");
        var second = eva.get(PATH + "?limit=2&after=" + first.get("next").asText()).ok();
        assertThat(first.get("items").findValuesAsText("id"))
                .containsExactly(ids.get(1), ids.get(4));
        assertThat(second.get("items").findValuesAsText("id"))
                .containsExactly(ids.get(3), ids.get(2));
        eva.get(PATH + "?after=bm9wZQoz").problem(400, "page_token");
        eva.get(PATH + "?after=nope").problem(400, "page_token");
    }
}
