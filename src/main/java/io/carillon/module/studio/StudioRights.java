package io.carillon.module.studio;

import io.carillon.identity.Principal;
import io.carillon.module.Refused;

import jakarta.inject.Singleton;

import java.util.List;

/// Who may do what in the studios of a tenant; everybody of the tenant may read. Never blocks.
@Singleton
final class StudioRights {
    private final StudioSettings settings;

    StudioRights(StudioSettings settings) {
        this.settings = settings;
    }

    /// @throws Refused 403 `studio_probe_role`
    void mayFeed(Principal user) {
        if (!has(user, settings.probes())) {
            throw Refused.forbidden(
                    "studio_probe_role",
                    "samples come from the roles " + settings.probes() + ": give one to the token");
        }
    }

    /// @throws Refused 403 `studio_role`
    void mayKeep(Principal user) {
        if (!has(user, settings.keepers())) {
            throw keeper();
        }
    }

    /// @throws Refused 403 `studio_role`
    void mayReport(Principal user) {
        if (!has(user, settings.probes()) && !has(user, settings.keepers())) {
            throw keeper();
        }
    }

    private Refused keeper() {
        return Refused.forbidden(
                "studio_role", "this is for one of the roles " + settings.keepers());
    }

    private static boolean has(Principal user, List<String> roles) {
        return user.roles().stream().anyMatch(roles::contains);
    }
}
