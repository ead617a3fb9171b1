package io.carillon.module.chat;

import com.fasterxml.jackson.databind.JsonNode;

import io.carillon.module.Person;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// What the tests of chat say often.
final class Chats {
    static final String PATH = "/api/conversations";

    private Chats() {}

    /// @return the conversation's id
    static String begun(Person owner, String title, String... members) {
        var others = new ArrayList<String>();
        for (var member : members) {
            others.add("{\"user\":\"%s\"}".formatted(member));
        }
        var body = "{\"title\":\"%s\",\"members\":[%s]}";
        return owner.post(PATH, body.formatted(title, String.join(",", others))).id();
    }

    static String path(String conversation) {
        return PATH + "/" + conversation;
    }

    static Person.Answer sent(Person who, String conversation, String id, String text) {
        return who.post(
                path(conversation) + "/messages",
                "{\"id\":\"%s\",\"text\":\"%s\"}".formatted(id, text));
    }

    static JsonNode sent(Person who, String conversation, String text) {
        return sent(who, conversation, UUID.randomUUID().toString(), text).ok();
    }

    static JsonNode read(Person who, String conversation, int position) {
        return who.post(path(conversation) + "/read", "{\"position\":" + position + "}").ok();
    }

    static JsonNode delivered(Person who, String conversation, int position) {
        return who.post(path(conversation) + "/delivered", "{\"position\":" + position + "}").ok();
    }

    static int unread(Person who, String conversation) {
        return who.get(path(conversation)).ok().get("unread").asInt();
    }

    static String status(Person who, String conversation, String message) {
        return who.get(path(conversation) + "/messages/" + message).ok().get("status").asText();
    }

    static List<String> uuids(int count) {
        return Stream.generate(() -> UUID.randomUUID().toString()).limit(count).toList();
    }

    static List<Integer> positions(JsonNode page) {
        var positions = new ArrayList<Integer>();
        page.get("items").forEach(item -> positions.add(item.get("position").asInt()));
        return positions;
    }
}
