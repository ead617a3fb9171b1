package io.carillon.limit;

import org.jspecify.annotations.Nullable;

/// What one tenant may have, on this node's terms. Immutable.
///
/// @param label the class under which the tenant is counted
/// @param connections of the tenant on all nodes
/// @param userConnections of one user on a node
/// @param subscriptions of one connection; null for `carillon.connection.max-subscriptions`
/// @param userSubscriptions of one user on a node
/// @param commands per second of one connection; null for `carillon.connection.command-rate`
/// @param publishes per second on a node
/// @param deliveries per second on a node
/// @param eventBytes of a payload; null for `carillon.connection.max-publish`
/// @param presenceWrites per second on a node
public record TenantLimit(
        String label,
        int connections,
        int userConnections,
        @Nullable Integer subscriptions,
        int userSubscriptions,
        @Nullable Integer commands,
        int publishes,
        int deliveries,
        @Nullable Integer eventBytes,
        int presenceWrites) {
    /// The class of tenants that have none.
    static final String NO_CLASS = "default";

    static TenantLimit of(LimitSettings settings) {
        return new TenantLimit(
                NO_CLASS,
                settings.connections(),
                settings.userConnections(),
                null,
                settings.userSubscriptions(),
                null,
                settings.publishes(),
                settings.deliveries(),
                null,
                settings.presenceWrites());
    }
}
