package io.carillon.connection;

import io.carillon.identity.Principal;
import io.carillon.limit.Limits;
import io.carillon.limit.Usage;

import org.jspecify.annotations.Nullable;

/// One connection's share of what its tenant and its user may have.
///
/// Confined to the lane's thread; the [Usage] behind it is shared by all of the tenant's.
final class Share {
    /// Frames that are taken off the tenant's rate at a time, for the rate is shared by all lanes.
    private static final int FRAMES = 16;

    private @Nullable Usage usage;
    private int allowance;

    /// @return whether the tenant and the user may have one connection more
    boolean enter(Limits limits, Principal who) {
        var wanted = limits.of(who.tenant());
        if (wanted.enter(who.user()) != null) {
            return false;
        }
        usage = wanted;
        return true;
    }

    /// @return what the tenant has and may have, or null while nobody has been let in
    @Nullable Usage usage() {
        return usage;
    }

    /// @return whether one frame more is within the tenant's rate; it is taken off
    boolean allowed() {
        if (--allowance >= 0) {
            return true;
        }
        allowance = 0;
        if (usage == null || !usage.deliver(FRAMES, System.nanoTime())) {
            return false;
        }
        allowance = FRAMES - 1;
        return true;
    }

    void unsubscribe(Principal who) {
        if (usage != null) {
            usage.unsubscribe(who.user(), 1);
        }
    }

    void leave(Principal who) {
        if (usage != null) {
            usage.leave(who.user(), System.nanoTime());
        }
    }
}
