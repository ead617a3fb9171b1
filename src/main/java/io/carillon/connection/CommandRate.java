package io.carillon.connection;

/// A token bucket: so many commands at once, so many per second for long. Confined to the lane's
/// thread.
final class CommandRate {
    private final int perSecond;
    private final int burst;
    private double tokens;
    private long filledAt;

    CommandRate(Settings settings, long nanos) {
        this.perSecond = settings.commandRate();
        this.burst = settings.commandBurst();
        this.tokens = burst;
        this.filledAt = nanos;
    }

    /// @param nanos [System#nanoTime]
    /// @return whether one more command is within the rate
    boolean take(long nanos) {
        tokens = Math.min(burst, tokens + (nanos - filledAt) * 1e-9 * perSecond);
        filledAt = nanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
