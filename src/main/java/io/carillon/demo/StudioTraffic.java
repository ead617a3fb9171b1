package io.carillon.demo;

import io.micronaut.context.annotation.Requires;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import java.util.List;
import java.util.Map;

/// Studios of the made-up companies: two are on air while people are busy, with the probe's sample
/// again and again; listeners come and go, tracks follow each other.
@Singleton
@Requires(beans = DemoTokens.class)
final class StudioTraffic implements Traffic, AutoCloseable {
    private static final String PATH = "/api/studios";

    private final Map<String, Broadcast> broadcasts =
            Map.of("cora", new Broadcast("tower"), "dora", new Broadcast("harbour"));

    @Override
    public String module() {
        return "studio";
    }

    @Override
    public void prepare(Cast cast) {
        for (var studio :
                List.of(
                        List.of("cora", "tower", "Tower studio"),
                        List.of("cora", "chapel", "The chapel"),
                        List.of("dora", "harbour", "Harbour radio"))) {
            cast.once(
                    studio.get(0),
                    "studio-" + studio.get(1),
                    PATH,
                    Map.of("id", studio.get(1), "name", studio.get(2)));
        }
    }

    @Override
    public void step(Cast cast) {
        broadcasts.forEach(
                (user, broadcast) -> broadcast.goOn(cast.server(), () -> cast.token(user)));
        var user = cast.oneOf("cora", "cora", "dora");
        var path = PATH + (user.equals("cora") ? "/tower" : "/harbour");
        if (cast.dice(4) == 0) {
            cast.post(
                    user,
                    path + "/tracks",
                    Map.of(
                            "title",
                            cast.oneOf(
                                    "Westminster quarters",
                                    "Grandsire doubles",
                                    "Plain bob minor",
                                    "Evening bells"),
                            "artist",
                            cast.oneOf("The tower band", "The ringers of the harbour")));
        } else {
            cast.send(user, "PUT", path + "/listeners", Map.of("listeners", 20 + cast.dice(80)));
        }
    }

    @Override
    @PreDestroy
    public void close() {
        broadcasts.values().forEach(Broadcast::end);
    }
}
