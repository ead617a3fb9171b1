package io.carillon.connection;

import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

/// Counts and logs that a connection began and, once, how it ended. A client that asks one question
/// is not worth a line. Confined to the lane's thread.
final class Notice {
    private final Services services;
    private final Outlet outlet;
    private final String id;
    private final long openedAt;
    private boolean ended;

    Notice(Services services, Outlet outlet, String id, long openedAt) {
        this.services = services;
        this.outlet = outlet;
        this.id = id;
        this.openedAt = openedAt;
    }

    void opened(Principal who) {
        if (!outlet.brief()) {
            services.counts.opened();
            services.journal.opened(id, outlet.transport(), who);
        }
    }

    /// The client went by itself.
    void left(@Nullable Principal who) {
        if (!outlet.brief() && !ended) {
            services.counts.left();
            log(who, null);
        }
    }

    void closed(@Nullable Principal who, Disconnect reason) {
        if (!outlet.brief() && !ended) {
            services.counts.closed(reason);
            log(who, reason);
        }
    }

    private void log(@Nullable Principal who, @Nullable Disconnect reason) {
        ended = true;
        if (who != null) {
            services.journal.closed(id, reason, System.nanoTime() - openedAt);
        }
    }
}
