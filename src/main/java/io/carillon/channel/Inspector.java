package io.carillon.channel;

/// Looks at every event on its way from the log to the connections, durable or ephemeral, live or
/// recovered, and may put another in its place.
///
/// Called by the tail's thread and by recoveries; implemented by room `catalogue`. It neither
/// blocks nor throws, and gives the same answer for the same event, so that who recovers is told
/// what others were told live. An event's address, id and transaction stay as they are.
@FunctionalInterface
public interface Inspector {
    /// Lets everything pass.
    Inspector NONE = event -> event;

    /// @param event as the log has it
    /// @return as it goes out
    Event inspect(Event event);
}
