package io.carillon.hub;

import io.carillon.channel.ChannelKey;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Which tenants have somebody on this node who follows the channel of one name.
///
/// Had from [Hub#audience]. For whoever works only while somebody watches: the lanes tell when the
/// first of a tenant comes and when the last one goes, so nothing is searched and nothing is asked.
/// Safe for all threads; never blocks. Bounded by the tenants that are connected.
public final class Audience {
    private final Map<String, Integer> lanes = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Runnable> arrivals = new CopyOnWriteArrayList<>();

    /// @return the tenants, now
    public Set<String> tenants() {
        return Set.copyOf(lanes.keySet());
    }

    /// @return whether nobody watches
    public boolean none() {
        return lanes.isEmpty();
    }

    /// @param action called on a lane's thread whenever a tenant's first client on that lane begins
    ///     to watch; must not block
    public void whenSomebodyComes(Runnable action) {
        arrivals.add(action);
    }

    /// @param audiences by the name of the channel
    /// @param key a channel that somebody on a lane follows now, and nobody did before
    static void came(Map<String, Audience> audiences, ChannelKey key) {
        var audience = audiences.get(key.channel());
        if (audience != null) {
            audience.lanes.merge(key.tenant(), 1, Integer::sum);
            audience.arrivals.forEach(Runnable::run);
        }
    }

    /// @param audiences by the name of the channel
    /// @param key a channel that nobody on a lane follows any more
    static void gone(Map<String, Audience> audiences, ChannelKey key) {
        var audience = audiences.get(key.channel());
        if (audience != null) {
            audience.lanes.computeIfPresent(
                    key.tenant(), (_, count) -> count == 1 ? null : count - 1);
        }
    }
}
