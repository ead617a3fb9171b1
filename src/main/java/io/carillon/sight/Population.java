package io.carillon.sight;

import io.carillon.channel.ChannelKey;
import io.carillon.hub.Seat;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// What a [Census] counted. Immutable.
///
/// @param at when
/// @param transports open connections by transport
/// @param tenants those who have a connection or are followed, by tenant
/// @param channels those that are followed
public record Population(
        Instant at,
        Map<String, Integer> transports,
        Map<String, Tenant> tenants,
        Map<ChannelKey, Channel> channels) {
    /// Before the first count.
    public static final Population NOBODY =
            new Population(Instant.EPOCH, Map.of(), Map.of(), Map.of());

    /// @param connections open ones
    /// @param channels followed by them
    /// @param events of these channels per second since the count before
    /// @param deliveries frames handed to connections per second
    public record Tenant(int connections, int channels, double events, double deliveries) {
        /// Nobody yet.
        static final Tenant NONE = new Tenant(0, 0, 0, 0);

        /// @param other of the same node and count
        /// @return both together
        public Tenant plus(Tenant other) {
            return new Tenant(
                    connections + other.connections,
                    channels + other.channels,
                    events + other.events,
                    deliveries + other.deliveries);
        }
    }

    /// @param subscribers connections that follow it
    /// @param events per second since the count before
    /// @param deliveries frames handed to connections per second
    public record Channel(int subscribers, double events, double deliveries) {
        /// Each lane gets every event, and hands it to its own.
        Channel plus(Channel other) {
            return new Channel(
                    subscribers + other.subscribers,
                    Math.max(events, other.events),
                    deliveries + other.deliveries);
        }
    }

    /// Makes one population. Confined to one thread.
    static final class Counting {
        private final double seconds;
        private final Map<String, Integer> transports = new HashMap<>();
        private final Map<String, Tenant> tenants = new HashMap<>();
        private final Map<ChannelKey, Channel> channels = new HashMap<>();

        /// @param seconds since the count before; 0 for the first, which has no rates
        Counting(double seconds) {
            this.seconds = seconds;
        }

        void transport(String transport, int connections) {
            transports.merge(transport, connections, Integer::sum);
        }

        void connections(String tenant, int connections) {
            tenants.merge(tenant, new Tenant(connections, 0, 0, 0), Tenant::plus);
        }

        /// @param row a channel on one lane
        /// @param before the same at the count before
        void channel(Seat.Following row, Seat.@Nullable Following before) {
            var fresh = before == null || before.events() > row.events();
            var events = row.events() - (fresh || before == null ? 0 : before.events());
            var deliveries = row.deliveries() - (fresh || before == null ? 0 : before.deliveries());
            channels.merge(
                    row.key(),
                    new Channel(row.subscribers(), rate(events), rate(deliveries)),
                    Channel::plus);
        }

        private double rate(long count) {
            return seconds == 0 ? 0 : count / seconds;
        }

        Population done() {
            channels.forEach((key, channel) ->
                    tenants.merge(
                            key.tenant(),
                            new Tenant(0, 1, channel.events(), channel.deliveries()),
                            Tenant::plus));
            return new Population(
                    Instant.now(),
                    Map.copyOf(transports),
                    Map.copyOf(tenants),
                    Map.copyOf(channels));
        }
    }
}
