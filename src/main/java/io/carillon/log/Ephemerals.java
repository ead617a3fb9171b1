package io.carillon.log;

import org.jspecify.annotations.Nullable;

/// Where a client's ephemeral events go, to reach every node. Does not block; drops when events
/// come faster than the database takes them.
public interface Ephemerals {
    /// @param tenant the publisher's tenant
    /// @param channel where to
    /// @param type the event's type
    /// @param data JSON text, or null
    /// @param actor the publisher's user
    void publish(String tenant, String channel, String type, @Nullable String data, String actor);
}
