package io.carillon.demo;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;

/// The switch that makes the made-up companies busy.
@Controller("/api/demo/traffic")
@Secured(SecurityRule.IS_ANONYMOUS)
@Requires(beans = DemoTokens.class)
final class TrafficController {
    private final Bustle bustle;

    TrafficController(Bustle bustle) {
        this.bustle = bustle;
    }

    /// @param on whether they shall be busy
    @Serdeable
    record Switch(boolean on) {}

    /// How it stands on this node.
    @Get
    Bustle.State state() {
        return bustle.state();
    }

    /// Turns it on or off, on this node.
    @Post
    Bustle.State turn(@Body Switch wanted) {
        bustle.turn(wanted.on());
        return bustle.state();
    }
}
