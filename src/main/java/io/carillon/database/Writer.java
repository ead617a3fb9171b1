package io.carillon.database;

import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

/// In whose name a transaction writes. [Database#write] puts the five values into transaction-local
/// settings, where triggers, `carillon.emit` and row security policies of the application find
/// them: `carillon.tenant`, `carillon.actor`, `carillon.correlation_id`, `carillon.ref`,
/// `carillon.trace`. What is null is the empty text there.
///
/// @param tenant the tenant whose rows are written, 1 to 200 bytes; null for work of the node
///     itself
/// @param actor the user's id, null for work of the node itself
/// @param correlationId of the HTTP request or command that caused the write
/// @param ref the client's own id, by which it recognises its optimistic update
/// @param trace W3C trace context of the request, as in the header `traceparent`
public record Writer(
        @Nullable String tenant,
        @Nullable String actor,
        @Nullable String correlationId,
        @Nullable String ref,
        @Nullable String trace) {

    /// A writer without a trace.
    public Writer(
            @Nullable String tenant,
            @Nullable String actor,
            @Nullable String correlationId,
            @Nullable String ref) {
        this(tenant, actor, correlationId, ref, null);
    }

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
        return new Writer(tenant, actor, id, ref, trace);
    }

    /// @param clientRef the client's own id of this write
    /// @return the same writer with that ref
    public Writer referredToAs(@Nullable String clientRef) {
        return new Writer(tenant, actor, correlationId, clientRef, trace);
    }

    /// @param context W3C trace context
    /// @return the same writer with that trace
    public Writer tracedBy(@Nullable String context) {
        return new Writer(tenant, actor, correlationId, ref, context);
    }
}
