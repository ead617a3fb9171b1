package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.carillon.channel.Event;

import org.jspecify.annotations.Nullable;

/// The envelope of the event bus that the approvals system's document describes: `id`, `type`,
/// `source`, `timestamp`, `correlationId`, `tenantId`, `userId`, `version`, `data`.
///
/// `source` is the module, or `carillon` for a user's own types, `userId` the actor, `version` the
/// payload's. What is not known is null.
public final class Envelope {
    private Envelope() {}

    /// @param event any event
    /// @param type what the catalogue knows about it, if anything
    /// @param data its payload
    /// @return the envelope, a new object
    public static ObjectNode of(Event event, @Nullable EventType type, JsonNode data) {
        return Catalogue.JSON
                .createObjectNode()
                .put("id", Long.toString(event.id()))
                .put("type", event.type())
                .put("source", type == null ? "carillon" : "carillon/" + type.module())
                .put("timestamp", event.at().toString())
                .put("correlationId", event.correlationId())
                .put("tenantId", event.tenant())
                .put("userId", event.actor())
                .put("version", type == null ? 1 : type.version())
                .set("data", data);
    }
}
