package io.carillon.api;

import io.carillon.auth.Overseers;
import io.carillon.auth.Scope;
import io.carillon.control.Orders;
import io.carillon.database.StatementFailed;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.limit.Limits;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// `/api/admin/disconnect`, `/api/admin/revocations` and `/api/admin/limits`: control orders for
/// administrators, limits for operators.
///
/// An administrator acts on the own tenant, an operator on the tenant that the request names
/// ([Overseers]); everybody else gets 403 `forbidden`. An order is answered when it is
/// committed; nodes carry it out within a second.
@Controller("/api/admin")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ControlController {
    private static final int LISTED = 1_000;

    private final Overseers overseers;
    private final Orders orders;
    private final Limits limits;

    ControlController(Overseers overseers, Orders orders, Limits limits) {
        this.limits = limits;
        this.overseers = overseers;
        this.orders = orders;
    }

    /// @param tenant an operator's choice; an administrator's own may be left out
    /// @param user whose connections
    /// @param connection which one
    /// @param everybody true for all of the tenant
    @Serdeable
    record Disconnect(
            @Nullable String tenant,
            @Nullable String user,
            @Nullable String connection,
            @Nullable Boolean everybody) {}

    /// @param tenant an operator's choice; an administrator's own may be left out
    /// @param user whose tokens
    /// @param token which token (`jti`)
    /// @param issuedBefore with a user: tokens from before; now if left out
    @Serdeable
    record Revoke(
            @Nullable String tenant,
            @Nullable String user,
            @Nullable String token,
            @Nullable Instant issuedBefore) {}

    /// @param order its number
    @Serdeable
    record Ordered(long order) {}

    /// @param order its number
    /// @param tenant whose tokens
    /// @param user of which user
    /// @param token or which token
    /// @param issuedBefore with a user: tokens from before
    /// @param at when it was ordered
    /// @param expiresAt when it is forgotten
    /// @param actor who ordered it
    @Serdeable
    record InForce(
            long order,
            String tenant,
            @Nullable String user,
            @Nullable String token,
            @Nullable Instant issuedBefore,
            Instant at,
            Instant expiresAt,
            @Nullable String actor) {
        static InForce of(Orders.Revocation it) {
            return new InForce(
                    it.order(),
                    it.tenant(),
                    it.user(),
                    it.token(),
                    it.issuedBefore(),
                    it.at(),
                    it.expiresAt(),
                    it.actor());
        }
    }

    /// @param revocations the newest first, 1,000 at most
    @Serdeable
    record AllInForce(List<InForce> revocations) {}

    @Post("/disconnect")
    HttpResponse<?> disconnect(Principal principal, Writer writer, @Body Disconnect wanted) {
        var named = (wanted.user() == null ? 0 : 1) + (wanted.connection() == null ? 0 : 1);
        var everybody = Boolean.TRUE.equals(wanted.everybody());
        if (named + (everybody ? 1 : 0) != 1) {
            return bad("name a user, a connection, or say everybody: true");
        }
        return within(
                principal,
                wanted.tenant(),
                tenant ->
                        ordered(() ->
                                orders.disconnect(
                                        writer, tenant, wanted.user(), wanted.connection())));
    }

    @Post("/revocations")
    HttpResponse<?> revoke(Principal principal, Writer writer, @Body Revoke wanted) {
        var user = wanted.user();
        var token = wanted.token();
        if (token != null && user == null && wanted.issuedBefore() == null) {
            return within(
                    principal,
                    wanted.tenant(),
                    tenant -> ordered(() -> orders.revokeToken(writer, tenant, token)));
        }
        if (user == null || token != null) {
            return bad("name a user (with issuedBefore, or from now) or a token");
        }
        return within(
                principal,
                wanted.tenant(),
                tenant ->
                        ordered(() ->
                                orders.revokeUser(writer, tenant, user, wanted.issuedBefore())));
    }

    @Get("/revocations")
    HttpResponse<?> revocations(
            HttpRequest<?> request, Principal principal, @QueryValue @Nullable String tenant) {
        return tenant == null && overseers.scope(principal) instanceof Scope.AllTenants
                ? listed(null)
                : within(principal, tenant, this::listed);
    }

    /// @param tenant whose limit
    /// @param name a column of `carillon.tenant_limit`
    /// @param value left out or null for what the nodes are set to
    @Serdeable
    record Limit(String tenant, String name, @Nullable Integer value) {}

    /// For operators only: a tenant does not set its own limits.
    @Put("/limits")
    HttpResponse<?> limit(Principal principal, Writer writer, @Body Limit wanted) {
        if (!(overseers.scope(principal) instanceof Scope.AllTenants)) {
            return forbidden();
        }
        try {
            limits.set(writer, wanted.tenant(), wanted.name(), wanted.value());
            return HttpResponse.noContent();
        } catch (StatementFailed refused) {
            if (refused.state().equals("CA001")) {
                return bad(String.valueOf(refused.getMessage()));
            }
            throw refused;
        }
    }

    private HttpResponse<?> listed(@Nullable String tenant) {
        return HttpResponse.ok(
                new AllInForce(
                        orders.revocations(tenant, LISTED).stream().map(InForce::of).toList()));
    }

    private HttpResponse<?> within(
            Principal principal,
            @Nullable String tenant,
            Function<String, HttpResponse<?>> action) {
        var wanted = tenant == null ? principal.tenant() : tenant;
        return overseers.scope(principal).includes(wanted) ? action.apply(wanted) : forbidden();
    }

    private static HttpResponse<?> forbidden() {
        return Problem.answer(HttpStatus.FORBIDDEN, "forbidden", "this is not for your roles");
    }

    private static HttpResponse<?> ordered(LongSupplier order) {
        try {
            return HttpResponse.accepted().body(new Ordered(order.getAsLong()));
        } catch (StatementFailed refused) {
            return switch (refused.state()) {
                case "CA001" -> bad("names have 1 to 200 bytes, moments do not lie in the future");
                case "CA013" ->
                        Problem.answer(
                                HttpStatus.CONFLICT,
                                "too_many_revocations",
                                "10,000 single tokens are revoked: revoke their users' instead");
                default -> throw refused;
            };
        }
    }

    private static HttpResponse<?> bad(String detail) {
        return Problem.answer(HttpStatus.BAD_REQUEST, "malformed", detail);
    }
}
