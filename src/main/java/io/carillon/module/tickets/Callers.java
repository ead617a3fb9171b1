package io.carillon.module.tickets;

import io.carillon.auth.Admission;
import io.carillon.auth.BearerAuthentication;
import io.carillon.auth.Refusal;
import io.carillon.module.Refused;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/// Says who sent a request to a resource that screens may use too: `Authorization: Bearer …`, else
/// the header [#KEY], else `?tenant=` where that tenant has switched public screens on. Blocks.
@Singleton
final class Callers {
    /// The header with a screen's device key.
    static final String KEY = "Carillon-Device-Key";

    private final Screens screens;

    Callers(Screens screens) {
        this.screens = screens;
    }

    /// @return who it is
    /// @throws Refused 401 with the reason's code, 503 where it is worth trying again
    Caller of(HttpRequest<?> request) {
        var token = BearerAuthentication.admission(request);
        if (token != null) {
            return new Caller.Person(admitted(token).principal());
        }
        var key = request.getHeaders().get(KEY);
        var screen =
                key == null
                        ? new Screens.Known(withoutKey(request), null)
                        : screens.known(null, null, key);
        return new Caller.Screen(admitted(screen.admission()).principal(), screen.kind());
    }

    private Admission withoutKey(HttpRequest<?> request) {
        @Nullable String tenant = request.getParameters().get("tenant");
        return tenant == null || tenant.isEmpty() || tenant.length() > 200
                ? new Admission.Refused(
                        Refusal.TOKEN_MISSING,
                        "send a token (Authorization: Bearer) or a device key (" + KEY + ")")
                : screens.withoutKey(tenant);
    }

    private static Admission.Valid admitted(Admission admission) {
        return switch (admission) {
            case Admission.Valid valid -> valid;
            case Admission.Refused(var code, var message) ->
                    throw new Refused(
                            code.retry() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.UNAUTHORIZED,
                            code.code(),
                            message);
        };
    }
}
