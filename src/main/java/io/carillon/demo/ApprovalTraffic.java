package io.carillon.demo;

import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import java.util.List;
import java.util.Map;

/// Ana, Ben and Emil ask; Cora and Dora decide, or forget to.
@Singleton
@Requires(beans = DemoTokens.class)
final class ApprovalTraffic implements Traffic {
    private static final String PATH = "/api/approvals";
    private static final int SHELVED = 12;

    @Override
    public String module() {
        return "approvals";
    }

    @Override
    public void prepare(Cast cast) {
        var wishes =
                List.of(
                        List.of("ana", "Rehang the big bell", "maintenance"),
                        List.of("ben", "Buy 40 m of rope", "purchase"),
                        List.of("ana", "Ring at noon on Sunday", "schedule"),
                        List.of("emil", "Feed the pigeons elsewhere", "policy"));
        for (var wish : wishes) {
            cast.once(
                    wish.get(0),
                    "approval-" + wish.get(1).hashCode(),
                    PATH,
                    Map.of("title", wish.get(1), "kind", wish.get(2)));
        }
    }

    @Override
    public void step(Cast cast) {
        var acme = cast.dice(3) > 0;
        var decider = acme ? "cora" : "dora";
        var pending = cast.get(decider, PATH + "?status=pending&limit=20").items();
        if (pending.size() < 3 || cast.dice(3) == 0 && pending.size() < SHELVED) {
            ask(cast, acme ? cast.oneOf("ana", "ben") : "emil");
            return;
        }
        var path = PATH + "/" + pending.get(cast.dice(pending.size())).path("id").asText();
        if (cast.dice(5) == 0) {
            cast.send(decider, "DELETE", path, Map.of());
        } else {
            cast.post(
                    decider,
                    path + cast.oneOf("/approve", "/approve", "/reject"),
                    Map.of("comment", cast.oneOf("Fine.", "As we said.", "Not this week.")));
        }
    }

    private static void ask(Cast cast, String who) {
        cast.post(
                who,
                PATH,
                Map.of(
                        "title",
                        cast.oneOf(
                                "Deploy the new bell",
                                "Order oil",
                                "Open the tower for visitors",
                                "Ring for the wedding",
                                "Replace the clapper"),
                        "kind",
                        cast.oneOf("deploy", "purchase", "schedule"),
                        "expires_in",
                        20 + cast.dice(120)));
    }
}
