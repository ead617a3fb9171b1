package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.carillon.channel.Event;

/// The envelope of the event bus that the approvals system's document describes: `id`, `type`,
/// `source`, `timestamp`, `correlationId`, `tenantId`, `userId`, `version`, `data`.
///
/// `source` is the module, `userId` the actor, `version` the payload's. What is not known is null.
public final class Envelope {
    private Envelope() {}

    /// @param event any event of the catalogue
    /// @param type what the catalogue knows about it
    /// @param data its payload
    /// @return the envelope, a new object
    public static ObjectNode of(Event event, EventType type, JsonNode data) {
        return Catalogue.JSON
                .createObjectNode()
                .put("id", Long.toString(event.id()))
                .put("type", event.type())
                .put("source", "carillon/" + type.module())
                .put("timestamp", event.at().toString())
                .put("correlationId", event.correlationId())
                .put("tenantId", event.tenant())
                .put("userId", event.actor())
                .put("version", type.version())
                .set("data", data);
    }
}
