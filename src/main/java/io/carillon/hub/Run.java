package io.carillon.hub;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Cursor;
import io.carillon.channel.Event;
import io.carillon.channel.Place;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Consecutive events of one channel within a batch: what is encoded once and sent as one message.
///
/// Consecutive means that no event of another channel of the same tenant lies between them, so that
/// a client that has received the run can be described by one [Cursor]. Immutable.
///
/// @param key the channel
/// @param events in the order of their ids, at least one
/// @param cursor the place of a client that has received the run and all before it; null for
///     ephemeral and conflated events, which have no place
/// @param before the place of a client that has received all before the run; with ephemeral and
///     conflated events where its lane's clients stand, or null where that is not known yet
/// @param kind what a client may conclude from it
public record Run(
        ChannelKey key,
        List<Event> events,
        @Nullable Cursor cursor,
        @Nullable Cursor before,
        Kind kind) {

    /// What a client may conclude from a run.
    public enum Kind {
        /// Each event, in order, with a place.
        EVENTS,
        /// The latest durable event of each key, without a place.
        CONFLATED,
        /// What nobody keeps.
        EPHEMERAL
    }

    /// Ephemeral events.
    ///
    /// @param key the channel
    /// @param events in order, at least one
    /// @return a run without places
    public static Run ephemeral(ChannelKey key, List<Event> events) {
        return new Run(key, events, null, null, Kind.EPHEMERAL);
    }

    /// The latest of conflated events.
    ///
    /// @param key the channel
    /// @param events in the order of their ids, at least one
    /// @return a run without places
    static Run conflated(ChannelKey key, List<Event> events) {
        return new Run(key, events, null, null, Kind.CONFLATED);
    }

    /// @param stand where the clients stand that get the run
    /// @return the same events, without places of their own
    public Run standing(Cursor stand) {
        return new Run(key, events, null, stand, kind);
    }

    /// @param index of one of the events
    /// @return the place of a client that has received the events up to and with this one; null
    ///     where that is not known
    public @Nullable Cursor after(int index) {
        if (cursor == null || before == null || index == events.size() - 1) {
            return cursor == null ? before : cursor;
        }
        var place = before.place();
        return new Cursor(
                before.epoch(), new Place(place.from(), place.to(), events.get(index).id()));
    }

    /// The most events in one run, so that no message grows without bound.
    public static final int MAX_EVENTS = 128;

    /// The weight in bytes at which a run is closed.
    static final int MAX_WEIGHT = 256 * 1024;

    /// @return the id of the first event
    public long firstId() {
        return events.getFirst().id();
    }

    /// @return the id of the last event
    public long lastId() {
        return events.getLast().id();
    }

    /// @return whether this is an order to read again; such a run has one event
    public boolean reset() {
        return events.getFirst().reset();
    }
}
