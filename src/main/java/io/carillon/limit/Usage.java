package io.carillon.limit;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// What one tenant has at the moment on this node, and whether it may have more.
///
/// Lives while the tenant has a connection here, and some seconds longer, so that rates cannot be
/// had anew by coming back. Safe for all threads; never blocks for longer than a count takes.
public final class Usage {
    private final String tenant;
    private final Limits limits;
    private final Map<String, User> users = new HashMap<>();
    private final Bucket publishes;
    private final Bucket deliveries;
    private final Bucket presence;
    private volatile long usedAt;
    private int connections;

    private static final class User {
        int connections;
        int subscriptions;
    }

    Usage(String tenant, Limits limits, TenantLimit limit, long nanos) {
        this.tenant = tenant;
        this.limits = limits;
        this.publishes = new Bucket(limit.publishes(), nanos);
        this.deliveries = new Bucket(limit.deliveries(), nanos);
        this.presence = new Bucket(limit.presenceWrites(), nanos);
        this.usedAt = nanos;
    }

    /// @return the tenant's limits as they are now
    public TenantLimit limit() {
        return limits.limits(tenant);
    }

    void touch(long nanos) {
        usedAt = nanos;
    }

    /// @return the tenant's open connections on this node
    public synchronized int connections() {
        return connections;
    }

    /// One connection more, to be given back with [#leave].
    ///
    /// @param user whose
    /// @return null when it may be, else which limit stands against it
    public @Nullable LimitKind enter(String user) {
        var refused = tryEnter(user);
        if (refused != null) {
            refuse(refused);
        }
        return refused;
    }

    private synchronized @Nullable LimitKind tryEnter(String user) {
        var now = limit();
        if (connections >= limits.share(now.connections())) {
            return LimitKind.CONNECTIONS;
        }
        var one = users.get(user);
        if (one != null && one.connections >= now.userConnections()) {
            return LimitKind.USER_CONNECTIONS;
        }
        if (one == null) {
            if (now.userConnections() == 0) {
                return LimitKind.USER_CONNECTIONS;
            }
            one = new User();
            users.put(user, one);
        }
        one.connections++;
        connections++;
        return null;
    }

    /// A connection has gone.
    ///
    /// @param user whose
    /// @param nanos [System#nanoTime]
    public synchronized void leave(String user, long nanos) {
        connections--;
        usedAt = nanos;
        var one = users.get(user);
        if (one != null && --one.connections == 0) {
            users.remove(user);
        }
    }

    /// Some subscriptions more, of a connection that has entered, to be given back with
    /// [#unsubscribe].
    ///
    /// @param user whose
    /// @param count how many
    /// @return whether they may be
    public boolean subscribe(String user, int count) {
        if (trySubscribe(user, count)) {
            return true;
        }
        refuse(LimitKind.USER_SUBSCRIPTIONS);
        return false;
    }

    private synchronized boolean trySubscribe(String user, int count) {
        var one = users.get(user);
        if (one == null || one.subscriptions + count > limit().userSubscriptions()) {
            return false;
        }
        one.subscriptions += count;
        return true;
    }

    /// @param user whose
    /// @param count how many subscriptions have ended
    public synchronized void unsubscribe(String user, int count) {
        var one = users.get(user);
        if (one != null) {
            one.subscriptions -= count;
        }
    }

    /// @param nanos [System#nanoTime]
    /// @return whether one more ephemeral event may be published now
    public boolean publish(long nanos) {
        return take(publishes, 1, limit().publishes(), nanos, LimitKind.PUBLISHES);
    }

    /// Whoever delivers takes many at once, for this is asked for every frame.
    ///
    /// @param count how many frames
    /// @param nanos [System#nanoTime]
    /// @return whether so many more may be sent now
    public boolean deliver(int count, long nanos) {
        return take(deliveries, count, limit().deliveries(), nanos, LimitKind.DELIVERIES);
    }

    /// Events of a recovery, which have been told: each counts, for nobody shares its bytes.
    ///
    /// @param count how many
    /// @param nanos [System#nanoTime]
    /// @return how many milliseconds the recovery must wait before it tells more; 0 for none
    public long recover(int count, long nanos) {
        usedAt = nanos;
        var wait = deliveries.spend(count, limit().deliveries(), nanos);
        if (wait > 0) {
            refuse(LimitKind.DELIVERIES);
        }
        return wait;
    }

    /// @param nanos [System#nanoTime]
    /// @return whether one more change of presence may be written now
    public boolean writePresence(long nanos) {
        return take(presence, 1, limit().presenceWrites(), nanos, LimitKind.PRESENCE_WRITES);
    }

    private boolean take(Bucket bucket, int count, int rate, long nanos, LimitKind kind) {
        usedAt = nanos;
        if (bucket.take(count, rate, nanos)) {
            return true;
        }
        refuse(kind);
        return false;
    }

    /// Counts a refusal that somebody else has made by the tenant's [#limit].
    ///
    /// @param kind which limit
    public void refuse(LimitKind kind) {
        limits.count(kind, limit().label());
    }

    /// @return whose
    public String tenant() {
        return tenant;
    }

    synchronized boolean idleSince(long nanos) {
        return connections == 0 && usedAt - nanos < 0;
    }
}
