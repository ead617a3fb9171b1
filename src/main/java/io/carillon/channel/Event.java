package io.carillon.channel;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// One row of the event log, or one ephemeral event, as the tail read it.
///
/// @param id the log's sequence number; within one batch, and for one row of a table, ids tell the
///     order
/// @param xid the transaction that wrote it
/// @param tenant whose it is; `*` in events that the log itself sends to all (see [#everyTenant])
/// @param channel the channel's name
/// @param type e.g. `order.created`; types that start with `carillon.` are the product's own
/// @param data the payload, JSON text, or null
/// @param actor who caused it, where the writer said so
/// @param correlationId ties it to the request that caused it
/// @param ref the client's own id of the change, for optimistic screens
/// @param at the database's clock when the row was written; for display, never for order
public record Event(
        long id,
        long xid,
        String tenant,
        String channel,
        String type,
        @Nullable String data,
        @Nullable String actor,
        @Nullable String correlationId,
        @Nullable String ref,
        Instant at) {

    /// The tenant of events that concern a channel of every tenant, such as a TRUNCATE.
    public static final String ALL_TENANTS = "*";

    /// The type of an event that tells subscribers to read again.
    public static final String RESET = "carillon.reset";

    /// The type of an event whose payload is not what the catalogue says: `data` has `type`, the
    /// type that it should have had, `key`, where there is one, and `reason`. Read that key again.
    public static final String INVALID = "carillon.invalid";

    /// @return whether this event is not one tenant's but goes to the channel in every tenant
    public boolean everyTenant() {
        return tenant.equals(ALL_TENANTS);
    }

    /// @return whether this event is an order to read again rather than a change
    public boolean reset() {
        return type.equals(RESET);
    }

    /// @return the address of its subscribers
    public ChannelKey key() {
        return new ChannelKey(tenant, channel);
    }

    /// @param other another type
    /// @param payload another payload
    /// @return the same event, told differently
    public Event told(String other, @Nullable String payload) {
        return new Event(id, xid, tenant, channel, other, payload, actor, correlationId, ref, at);
    }

    /// What the event occupies in memory, roughly.
    ///
    /// @return bytes, counted as two per character and 200 for the object
    public int weight() {
        return 200 + 2 * (channel.length() + type.length() + (data == null ? 0 : data.length()));
    }
}
