package io.carillon.connection;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// What ends a connection because of the time, and when its client gets a sign of life.
///
/// Asked once a second by the lane; confined to its thread. Times are of [System#nanoTime].
final class Deadlines {
    /// How long a client that has become old may take to come back, and then to leave.
    private static final long FAREWELL_MILLIS = 1_000;

    private final Connection connection;
    private final Services services;
    private final long openedAt;
    private long heardAt;
    private long pingedAt;
    private long leavesAt;
    private boolean toldToLeave;

    Deadlines(Connection connection, Services services, long openedAt) {
        this.connection = connection;
        this.services = services;
        this.openedAt = openedAt;
        this.heardAt = openedAt;
        var interval = services.settings.pingInterval().toNanos();
        // Connections that came together after a deploy shall not be pinged together for ever.
        this.pingedAt = openedAt - ThreadLocalRandom.current().nextLong(interval);
        this.leavesAt = openedAt + services.settings.ageOfOne();
    }

    /// Anything was heard from the client.
    void heard() {
        heardAt = System.nanoTime();
    }

    long heardAt() {
        return heardAt;
    }

    void tick(long nanos) {
        var settings = services.settings;
        var who = connection.principal();
        if (who == null) {
            if (nanos - openedAt > settings.connectTimeout().toNanos()) {
                connection.close(Disconnect.CONNECT_TIMEOUT);
            }
        } else if (services.rights.deadline(who).isBefore(Instant.now())) {
            connection.close(Disconnect.EXPIRED);
        } else if (services.rights.revoked(who)) {
            connection.close(Disconnect.REVOKED);
        } else if (nanos - heardAt > settings.idleTimeout().toNanos()) {
            connection.close(Disconnect.IDLE);
        } else if (connection.stalled(nanos)) {
            connection.close(Disconnect.SLOW);
        } else if (settings.ages() && nanos - leavesAt >= 0) {
            age(nanos);
        } else if (nanos - pingedAt > settings.pingInterval().toNanos()
                && connection.outlet().writable()) {
            pingedAt = nanos;
            connection.tell(new Message.Ping(connection.cursor()));
            connection.outlet().flush();
        }
    }

    /// Old connections go, so that nodes that were added get their share: told first, closed soon
    /// after.
    private void age(long nanos) {
        if (toldToLeave) {
            connection.close(Disconnect.DRAIN);
        } else {
            toldToLeave = true;
            var wait = ThreadLocalRandom.current().nextLong(FAREWELL_MILLIS);
            leavesAt = nanos + TimeUnit.MILLISECONDS.toNanos(wait + FAREWELL_MILLIS);
            connection.drain(wait);
        }
    }
}
