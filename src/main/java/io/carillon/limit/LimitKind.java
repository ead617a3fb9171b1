package io.carillon.limit;

import java.util.Locale;

/// What there is a limit of; the names are those of the columns of `carillon.tenant_limit`.
public enum LimitKind {
    /// Connections of a tenant, this node's share.
    CONNECTIONS,
    /// Connections of one user on this node.
    USER_CONNECTIONS,
    /// Channels that one connection follows.
    SUBSCRIPTIONS,
    /// Channels that one user follows on this node.
    USER_SUBSCRIPTIONS,
    /// Commands per second of one connection.
    COMMANDS,
    /// Ephemeral events per second of a tenant's clients on this node.
    PUBLISHES,
    /// Frames per second to a tenant's clients on this node.
    DELIVERIES,
    /// Bytes of one event's payload.
    EVENT_BYTES,
    /// Changes of presence per second of a tenant on this node.
    PRESENCE_WRITES;

    /// @return the word for metrics and the table's column
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
