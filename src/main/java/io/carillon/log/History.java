package io.carillon.log;

import io.carillon.channel.Event;
import io.carillon.channel.Leg;
import io.carillon.channel.Place;

import java.util.List;
import java.util.Set;

/// What recoveries ask the log. Blocks; call it on a virtual thread. May throw when Postgres is
/// away: ask again.
public interface History {
    /// What one read of a leg found.
    sealed interface Page {
        /// @param events in the order of their ids; fewer than asked for means that the leg is done
        record Found(List<Event> events) implements Page {}

        /// Events that the leg should tell are past their retention.
        record Expired() implements Page {}
    }

    /// Reads the first events of a leg.
    ///
    /// @param tenant whose events; resets of all tenants are found too
    /// @param channels of which channels
    /// @param leg from where to where; its end must be visible to any snapshot taken now
    /// @param limit how many events at most
    /// @return the events, or that they are gone
    Page read(String tenant, Set<String> channels, Leg leg, int limit);

    /// Counts what somebody is owed.
    ///
    /// @param tenant whose events
    /// @param channels of which channels
    /// @param place where somebody stands
    /// @param limit where counting stops
    /// @return the number of events, at most `limit`
    int count(String tenant, Set<String> channels, Place place, int limit);
}
