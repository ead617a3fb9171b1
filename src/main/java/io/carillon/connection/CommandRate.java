package io.carillon.connection;

/// A token bucket: so many commands at once, so many per second for long. Confined to the lane's
/// thread.
public final class CommandRate {
    private double tokens;
    private long filledAt;

    /// @param burst as many at once
    /// @param nanos [System#nanoTime]
    public CommandRate(int burst, long nanos) {
        this.tokens = burst;
        this.filledAt = nanos;
    }

    /// @param perSecond the rate as it is now
    /// @param burst as many at once
    /// @param nanos [System#nanoTime]
    /// @return whether one more command is within the rate
    public boolean take(int perSecond, int burst, long nanos) {
        tokens = Math.min(burst, tokens + (nanos - filledAt) * 1e-9 * perSecond);
        filledAt = nanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
