package io.carillon.aws;

import org.jspecify.annotations.Nullable;

/// What a message says that should become an event. Immutable.
///
/// @param id names the message for ever: its sender's id, or the one that the queue gave it
/// @param tenant whose event it is
/// @param channel where it is published
/// @param type for example `order.paid`
/// @param data JSON text, or null
/// @param actor who did it
/// @param correlationId of the request that caused it
/// @param ref the client's own id for what it sent
record IncomingEvent(
        String id,
        String tenant,
        String channel,
        String type,
        @Nullable String data,
        @Nullable String actor,
        @Nullable String correlationId,
        @Nullable String ref) {}
