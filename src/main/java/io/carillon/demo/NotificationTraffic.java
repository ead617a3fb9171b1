package io.carillon.demo;

import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import java.util.Map;

/// Cora and Dora let people know; people read, some of it.
@Singleton
@Requires(beans = DemoTokens.class)
final class NotificationTraffic implements Traffic {
    private static final String PATH = "/api/notifications";

    @Override
    public String module() {
        return "notifications";
    }

    @Override
    public void prepare(Cast cast) {
        cast.once(
                "cora",
                "welcome-acme",
                PATH,
                Map.of("audience", "tenant", "title", "Welcome to the tower"));
        cast.once(
                "cora",
                "welcome-ana",
                PATH,
                Map.of("audience", "user", "target", "ana", "title", "Your rope has arrived"));
        cast.once(
                "dora",
                "welcome-globex",
                PATH,
                Map.of("audience", "tenant", "title", "The pigeons are counted"));
    }

    @Override
    public void step(Cast cast) {
        if (cast.dice(3) == 0) {
            var reader = cast.oneOf("ana", "ben", "emil");
            var unread = cast.get(reader, PATH + "?unread=true&limit=20").items();
            if (unread.size() > 8) {
                cast.post(reader, PATH + "/read", Map.of());
            } else if (!unread.isEmpty()) {
                var id = unread.get(cast.dice(unread.size())).path("id").asText();
                cast.post(reader, PATH + "/" + id + "/read", Map.of());
            }
            return;
        }
        var title =
                cast.oneOf(
                        "The noon bell was 2 s late",
                        "Visitors at three",
                        "Your approval was given",
                        "Somebody mentioned you");
        switch (cast.dice(6)) {
            case 0 -> cast.post("cora", PATH, Map.of("audience", "tenant", "title", title));
            case 1 ->
                    cast.post(
                            "cora",
                            PATH,
                            Map.of("audience", "role", "target", "member", "title", title));
            case 2 ->
                    cast.post(
                            "dora",
                            PATH,
                            Map.of("audience", "user", "target", "emil", "title", title));
            default ->
                    cast.post(
                            "cora",
                            PATH,
                            Map.of(
                                    "audience",
                                    "user",
                                    "target",
                                    cast.oneOf("ana", "ben"),
                                    "title",
                                    title));
        }
    }
}
