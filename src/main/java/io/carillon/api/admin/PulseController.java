package io.carillon.api.admin;

import io.carillon.api.Problem;
import io.carillon.auth.Scope;
import io.carillon.sight.NodeFigures;
import io.carillon.sight.NodeSight;
import io.carillon.sight.Pulse;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.serde.annotation.SerdeImport;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// How this node is at this moment, cheap enough to be asked every second. For operators. See
/// `src/docs/admin.md`.
@Controller("/api/admin/pulse")
@SerdeImport(Pulse.Beat.class)
final class PulseController {
    private final NodeSight sight;
    private final Pulse pulse;

    PulseController(NodeSight sight, Pulse pulse) {
        this.sight = sight;
        this.pulse = pulse;
    }

    /// @param at by this node's clock
    /// @param figures what it counts
    /// @param latency of the last minute's deliveries; null when there were none
    @Serdeable
    record Now(Instant at, NodeFigures figures, Pulse.@Nullable Beat latency) {}

    @Get
    HttpResponse<?> now(Scope scope) {
        return scope instanceof Scope.AllTenants
                ? HttpResponse.ok(new Now(Instant.now(), sight.figures(), pulse.lastMinute()))
                : Problem.answer(
                        HttpStatus.FORBIDDEN,
                        "forbidden",
                        "this tells of all tenants: for operators");
    }
}
