package io.carillon.hub;

import io.carillon.channel.Event;

/// Which channels are conflated, and what makes two of their events worth one: the latest counts.
///
/// Given to the hub by room `control`, from the channel rules. Immutable; called on every lane's
/// thread for every run, so it neither blocks nor takes long.
public interface Conflation {
    /// No channel is.
    Conflation NONE =
            new Conflation() {
                @Override
                public long windowMillis(String channel) {
                    return 0;
                }

                @Override
                public String key(Event event) {
                    return "";
                }
            };

    /// @param channel a channel of any tenant
    /// @return for how many milliseconds events of one key are gathered; 0 when each is sent
    long windowMillis(String channel);

    /// @param event of a conflated channel
    /// @return events of one channel with equal keys supersede each other
    String key(Event event);
}
