package io.carillon.transport.queue;

import io.carillon.connection.Outlet;

import org.jspecify.annotations.Nullable;

/// What one client sees of the queue: never an older picture after a newer one. While the channel
/// is not writable the newest is kept. Confined to the channel's event loop.
final class View {
    private final Outlet outlet;
    private final ClientType type;
    private @Nullable Showing waiting;
    private long newest;

    View(Outlet outlet, ClientType type) {
        this.outlet = outlet;
        this.type = type;
    }

    void show(Showing showing) {
        if (showing.number() < newest) {
            return;
        }
        newest = showing.number();
        if (outlet.writable()) {
            waiting = null;
            outlet.write(showing.frame(type));
            outlet.flush();
        } else {
            waiting = showing;
        }
    }

    /// The channel can be written to again.
    void drained() {
        var kept = waiting;
        if (kept != null && outlet.writable()) {
            show(kept);
        }
    }
}
