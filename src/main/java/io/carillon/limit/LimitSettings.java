package io.carillon.limit;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// What a tenant and a user may have where `carillon.tenant_limit` says nothing else. Limits of one
/// connection are in `carillon.connection`.
///
/// @param connections open connections, streams and waiting polls of a tenant, on all nodes
///     together; each node lets in its share; 1 to 10,000,000
/// @param userConnections the same of one user, on each node; 1 to 10,000,000
/// @param userSubscriptions channels that all connections of one user on a node follow together; 1
///     to 10,000,000
/// @param publishes ephemeral events per second that a tenant's clients publish, on each node; 1 to
///     1,000,000
/// @param deliveries frames per second to all clients of a tenant, and events of their recoveries,
///     on each node; beyond it ephemeral events are left out and recoveries wait; 1,000 to
///     1,000,000,000
/// @param presenceWrites changes of presence per second of a tenant, on each node; 1 to 1,000,000
@ConfigurationProperties("carillon.limit")
public record LimitSettings(
        @Bindable(defaultValue = "100000") int connections,
        @Bindable(defaultValue = "1000") int userConnections,
        @Bindable(defaultValue = "10000") int userSubscriptions,
        @Bindable(defaultValue = "1000") int publishes,
        @Bindable(defaultValue = "2000000") int deliveries,
        @Bindable(defaultValue = "1000") int presenceWrites) {

    public LimitSettings {
        within("carillon.limit.connections", connections, 1, 10_000_000);
        within("carillon.limit.user-connections", userConnections, 1, 10_000_000);
        within("carillon.limit.user-subscriptions", userSubscriptions, 1, 10_000_000);
        within("carillon.limit.publishes", publishes, 1, 1_000_000);
        within("carillon.limit.deliveries", deliveries, 1_000, 1_000_000_000);
        within("carillon.limit.presence-writes", presenceWrites, 1, 1_000_000);
    }
}
