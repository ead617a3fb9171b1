package io.carillon.auth;

import io.carillon.identity.Principal;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// Says what a principal may oversee, by its roles: its own tenant (`carillon.auth.admin-role`), or
/// all tenants (`carillon.auth.operator-role`, in `carillon.auth.operator-tenant` only).
///
/// Roles are given by whoever issues tokens, often on a tenant's own word, and `operator` is what
/// many a tenant calls its clerks: so the role alone opens all tenants in development only. Called
/// by every controller under `/api/admin`. Immutable.
@Singleton
public final class Overseers {
    private final AuthSettings settings;
    private final Mode mode;

    @Inject
    Overseers(AuthSettings settings, StartRules rules) {
        this(settings, rules.mode());
    }

    Overseers(AuthSettings settings, Mode mode) {
        this.settings = settings;
        this.mode = mode;
    }

    /// @param principal of a validated token
    /// @return what it may see and steer
    public Scope scope(Principal principal) {
        if (principal.roles().contains(settings.operatorRole()) && atHome(principal)) {
            return new Scope.AllTenants();
        }
        return principal.roles().contains(settings.adminRole())
                ? new Scope.OneTenant(principal.tenant())
                : new Scope.Nothing();
    }

    private boolean atHome(Principal principal) {
        var home = settings.operatorTenant();
        return home == null ? mode == Mode.DEVELOPMENT : home.equals(principal.tenant());
    }
}
