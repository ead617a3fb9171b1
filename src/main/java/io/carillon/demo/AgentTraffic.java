package io.carillon.demo;

import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import java.util.List;
import java.util.Map;

/// Programs of the made-up companies: they work, say something, and now and then fall silent.
@Singleton
@Requires(beans = DemoTokens.class)
final class AgentTraffic implements Traffic {
    private static final String PATH = "/api/agents";

    @Override
    public String module() {
        return "agents";
    }

    @Override
    public void prepare(Cast cast) {
        for (var agent :
                List.of(
                        List.of("cora", "ringer", "The ringer"),
                        List.of("cora", "tuner", "The tuner"),
                        List.of("cora", "lookout", "The lookout"),
                        List.of("dora", "counter", "The pigeon counter"),
                        List.of("dora", "clock", "The clock keeper"))) {
            cast.once(
                    agent.get(0),
                    "agent-" + agent.get(1),
                    PATH,
                    Map.of("id", agent.get(1), "name", agent.get(2), "silent_after", 25));
        }
    }

    @Override
    public void step(Cast cast) {
        var keeper = cast.oneOf("cora", "cora", "dora");
        var agents = cast.get(keeper, PATH).items();
        if (agents.isEmpty()) {
            prepare(cast);
            return;
        }
        var path = PATH + "/" + agents.get(cast.dice(agents.size())).path("id").asText();
        switch (cast.dice(4)) {
            case 0 ->
                    cast.post(
                            keeper,
                            path + "/messages",
                            Map.of(
                                    "text",
                                    cast.oneOf(
                                            "All is well.",
                                            "The rope is a little short.",
                                            "Wind from the west.",
                                            "Somebody is on the stairs."),
                                    "level",
                                    cast.oneOf("info", "info", "warning")));
            case 1 ->
                    cast.post(
                            keeper,
                            path + "/events",
                            Map.of(
                                    "type",
                                    cast.oneOf("ai.task.started", "ai.task.completed"),
                                    "data",
                                    Map.of(
                                            "task",
                                            "t" + cast.dice(100),
                                            "tokens",
                                            cast.dice(900))));
            default ->
                    cast.post(
                            keeper,
                            path + "/heartbeat",
                            Map.of("status", cast.oneOf("online", "busy", "busy", "idle")));
        }
    }
}
