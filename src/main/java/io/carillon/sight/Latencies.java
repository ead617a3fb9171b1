package io.carillon.sight;

import java.time.Duration;

/// Who keeps the latencies that a [Follower] measures: the metrics. Called on its thread; must not
/// block.
public interface Latencies {
    /// @param from what the time counts from
    /// @param time until the frames of one batch on one lane were handed to their sockets
    void delivered(Origin from, Duration time);

    /// @param from what the time counts from
    /// @param time until the tail had seen the batch
    void seen(Origin from, Duration time);
}
