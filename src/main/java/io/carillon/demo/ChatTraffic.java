package io.carillon.demo;

import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The people of each company talk to each other: somebody types, then says it; others read, some
/// later than others.
@Singleton
@Requires(beans = DemoTokens.class)
final class ChatTraffic implements Traffic {
    private static final String PATH = "/api/conversations";

    /// Whose turn it is to say what the step before began to type; empty: nobody's.
    private String typist = "";

    private String conversation = "";

    @Override
    public String module() {
        return "chat";
    }

    @Override
    public void prepare(Cast cast) {
        begin(
                cast,
                "ana",
                "The big bell",
                List.of("ben", "cora"),
                List.of(
                        List.of("ana", "The rope of the big bell is worn."),
                        List.of("ben", "I saw it. Forty metres, again?"),
                        List.of("cora", "Approved, if you ask properly.")));
        begin(cast, "ben", "Ana and Ben", List.of("ana"), List.of(List.of("ben", "Lunch?")));
        begin(
                cast,
                "dora",
                "Pigeons",
                List.of("emil"),
                List.of(List.of("dora", "Fourteen today."), List.of("emil", "Fifteen.")));
    }

    private static void begin(
            Cast cast,
            String owner,
            String title,
            List<String> members,
            List<List<String>> messages) {
        var others = members.stream().map(ChatTraffic::person).toList();
        var key = "chat-" + title.hashCode();
        var made = cast.once(owner, key, PATH, Map.of("title", title, "members", others));
        var id = made.body().path("id").asText();
        for (var message : messages) {
            var name = (id + message.getLast()).getBytes(StandardCharsets.UTF_8);
            cast.post(
                    message.getFirst(),
                    PATH + "/" + id + "/messages",
                    Map.of(
                            "id",
                            UUID.nameUUIDFromBytes(name).toString(),
                            "text",
                            message.getLast()));
        }
    }

    private static Map<String, String> person(String user) {
        var who = DemoUser.named(user);
        return Map.of("user", user, "name", who == null ? user : who.name());
    }

    @Override
    public void step(Cast cast) {
        if (!typist.isEmpty()) {
            say(cast);
            return;
        }
        var who = cast.oneOf("ana", "ana", "ben", "ben", "cora", "dora", "emil");
        var mine = cast.get(who, PATH + "?limit=10").items();
        if (mine.isEmpty()) {
            prepare(cast);
            return;
        }
        var path = PATH + "/" + mine.get(cast.dice(mine.size())).path("id").asText();
        switch (cast.dice(5)) {
            case 0 -> cast.post(who, path + "/read", Map.of());
            case 1 -> cast.post(who, PATH + "/delivered", Map.of());
            default -> {
                cast.post(who, path + "/read", Map.of());
                cast.post(who, path + "/typing", Map.of("on", true));
                typist = who;
                conversation = path;
            }
        }
    }

    private void say(Cast cast) {
        var who = typist;
        typist = "";
        if (cast.dice(6) == 0) {
            cast.post(who, conversation + "/typing", Map.of("on", false));
            return;
        }
        cast.post(
                who,
                conversation + "/messages",
                Map.of(
                        "id",
                        UUID.randomUUID().toString(),
                        "text",
                        cast.oneOf(
                                "On my way up.",
                                "Did you hear that?",
                                "Two minutes late again.",
                                "I will oil it tomorrow.",
                                "Nobody told me.",
                                "Fine with me.",
                                "Who has the key to the tower?",
                                "Ask Cora.")));
    }
}
