package io.carillon.api.admin;

import io.carillon.api.Problem;
import io.carillon.auth.Scope;
import io.carillon.identity.Principal;
import io.carillon.limit.LimitKind;
import io.carillon.limit.Limits;
import io.carillon.limit.TenantLimit;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.serde.annotation.SerdeImport;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;

/// What a tenant may have, what it has on this node, and how often its class was refused. See
/// `src/docs/admin.md`.
@Controller("/api/admin/limits")
@SerdeImport(TenantLimit.class)
final class LimitsController {
    private final Limits limits;

    LimitsController(Limits limits) {
        this.limits = limits;
    }

    /// @param tenant whose
    /// @param limits by its row in `carillon.tenant_limit` and the settings; null: as one
    ///     connection's setting says
    /// @param connections that it has on this node
    /// @param refused since the start of this node, of all tenants of its class, by limit
    @Serdeable
    record Standing(
            String tenant, TenantLimit limits, int connections, Map<String, Long> refused) {}

    @Get
    HttpResponse<?> limits(Scope scope, Principal principal, @QueryValue @Nullable String tenant) {
        var whose = tenant == null ? principal.tenant() : tenant;
        if (!scope.includes(whose)) {
            return Problem.answer(
                    HttpStatus.FORBIDDEN, "forbidden", "an administrator sees its own tenant only");
        }
        var allowed = limits.limits(whose);
        var counts = limits.refused();
        var refused = new TreeMap<String, Long>();
        for (var kind : LimitKind.values()) {
            var count = counts.get(new Limits.Refusals(kind, allowed.label()));
            refused.put(kind.word(), count == null ? 0L : count);
        }
        return HttpResponse.ok(
                new Standing(whose, allowed, limits.of(whose).connections(), refused));
    }
}
