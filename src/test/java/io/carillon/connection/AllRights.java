package io.carillon.connection;

import io.carillon.auth.Access;
import io.carillon.auth.Admission;
import io.carillon.auth.Refusal;
import io.carillon.identity.Principal;

import java.time.Instant;

/// Everybody who has come in may do everything.
record AllRights() implements Rights {
    @Override
    public Admission principal(String token) {
        return new Admission.Refused(Refusal.TOKEN_MISSING, "not asked");
    }

    @Override
    public Instant deadline(Principal principal) {
        return principal.expiresAt();
    }

    @Override
    public long changes() {
        return 0;
    }

    @Override
    public boolean revoked(Principal principal) {
        return false;
    }

    @Override
    public Access subscribe(Principal principal, String channel) {
        return new Access.Allowed();
    }

    @Override
    public Access publish(Principal principal, String channel) {
        return new Access.Allowed();
    }
}
