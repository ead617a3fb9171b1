package io.carillon.api;

import io.carillon.auth.Overseers;
import io.carillon.auth.Scope;
import io.carillon.identity.Principal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;

import java.time.Instant;
import java.util.List;

/// `GET /api/me`: who this node takes the caller for. A page cannot read that from the token
/// itself: which claims say it is this node's setting.
@Controller("/api/me")
@Secured(SecurityRule.IS_AUTHENTICATED)
@Tag(name = "me")
final class MeController {
    private final Overseers overseers;

    MeController(Overseers overseers) {
        this.overseers = overseers;
    }

    /// @param oversees `nothing`, `tenant` (an administrator) or `all` (an operator)
    @Serdeable
    record Me(
            String tenant,
            String user,
            String name,
            List<String> roles,
            Instant expiresAt,
            String oversees) {}

    @Get
    @Operation(summary = "Who the token says you are.")
    HttpResponse<Me> me(Principal who) {
        var oversees =
                switch (overseers.scope(who)) {
                    case Scope.AllTenants() -> "all";
                    case Scope.OneTenant(_) -> "tenant";
                    case Scope.Nothing() -> "nothing";
                };
        var roles = who.roles().stream().sorted().toList();
        return HttpResponse.ok(
                        new Me(
                                who.tenant(),
                                who.user(),
                                who.name(),
                                roles,
                                who.expiresAt(),
                                oversees))
                .header(HttpHeaders.CACHE_CONTROL, "private, no-store");
    }
}
