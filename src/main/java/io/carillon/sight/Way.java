package io.carillon.sight;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// What became of one event on one node. Times are by the database's clock. Immutable.
///
/// @param event what is in the log
/// @param node whose view this is
/// @param seen when and how this node had it, or null when it has forgotten or not seen it
/// @param lanes what each lane did with it that has subscribers of its channel
/// @param connections who follows the channel now, and whether they have it
/// @param moreConnections whether there are more than are listed
public record Way(
        Logged event,
        String node,
        @Nullable Seen seen,
        List<OnLane> lanes,
        List<At> connections,
        boolean moreConnections) {

    /// The event in the log, without its data.
    ///
    /// @param id as text: JavaScript cannot hold it
    /// @param transaction that wrote it
    /// @param tenant whose
    /// @param channel where
    /// @param type what
    /// @param actor who, or null
    /// @param correlationId of which request, or null
    /// @param trace W3C trace context, or null
    /// @param writtenAt when it was written
    /// @param committedAt when its transaction committed; null where Postgres does not date commits
    public record Logged(
            String id,
            String transaction,
            String tenant,
            String channel,
            String type,
            @Nullable String actor,
            @Nullable String correlationId,
            @Nullable String trace,
            Instant writtenAt,
            @Nullable Instant committedAt) {}

    /// @param at when the tail handed it to the hub
    /// @param sequence of its batch in the ring
    /// @param batch events in the batch
    /// @param inMemory whether the ring still holds it: who comes back is served without a query
    public record Seen(Instant at, long sequence, int batch, boolean inMemory) {}

    /// @param lane its number on this node
    /// @param passed whether the lane is done with the batch
    /// @param startedAt when the lane took the batch up, or null when that is forgotten
    /// @param flushedAt when the frames were with the sockets, or null when that is forgotten
    /// @param handed connections that it was handed to
    /// @param behind connections that were owed older events then and got it afterwards
    public record OnLane(
            int lane,
            boolean passed,
            @Nullable Instant startedAt,
            @Nullable Instant flushedAt,
            int handed,
            int behind) {}

    /// A connection that follows the channel.
    ///
    /// @param id of the connection
    /// @param user who
    /// @param transport how
    /// @param state whether it has the event
    /// @param unsentBytes what waits in this process to be written to it; the event is with the
    ///     network for certain when this is 0
    public record At(
            String id, @Nullable String user, String transport, State state, long unsentBytes) {}

    /// Whether a connection has an event.
    public enum State {
        /// It was written to the connection.
        HANDED,
        /// It is owed: the connection recovers, or does not read.
        OWED,
        /// The subscription began afterwards; it had the event by recovery if its cursor was older.
        CAME_LATER,
        /// The lane has not come to it yet.
        NOT_YET,
        /// The channel is conflated: it had this event, or a later one of the same key.
        CONFLATED
    }
}
