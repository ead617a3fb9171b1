package io.carillon.database;

import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

/// In whose name a transaction writes. [Database#write] puts the four values into transaction-local
/// settings, where triggers, `carillon.emit` and row security policies of the application find
/// them: `carillon.tenant`, `carillon.actor`, `carillon.correlation_id`, `carillon.ref`. What is
/// null is the empty text there.
///
/// @param tenant the tenant whose rows are written, 1 to 200 bytes; null for work of the node
///     itself
/// @param actor the user's id, null for work of the node itself
/// @param correlationId of the HTTP request or command that caused the write
/// @param ref the client's own id, by which it recognises its optimistic update
public record Writer(
        @Nullable String tenant,
        @Nullable String actor,
        @Nullable String correlationId,
        @Nullable String ref) {

    /// The node's own work: no tenant, no actor.
    public static final Writer NODE = new Writer(null, null, null, null);

    /// @param principal a validated token's answer
    /// @return a writer for the principal's tenant and user
    public static Writer of(Principal principal) {
        return new Writer(principal.tenant(), principal.user(), null, null);
    }

    /// @param id of the HTTP request or command that causes the write
    /// @return the same writer with that correlation id
    public Writer correlatedBy(@Nullable String id) {
        return new Writer(tenant, actor, id, ref);
    }

    /// @param clientRef the client's own id of this write
    /// @return the same writer with that ref
    public Writer referredToAs(@Nullable String clientRef) {
        return new Writer(tenant, actor, correlationId, clientRef);
    }
}
