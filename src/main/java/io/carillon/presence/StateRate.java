package io.carillon.presence;

/// A token bucket: so many changes of state at once, so many per minute for long. Confined to the
/// connection's thread.
final class StateRate {
    private static final double MINUTE = 60e9;

    private final PresenceSettings settings;
    private double tokens;
    private long filledAt;

    StateRate(PresenceSettings settings, long nanos) {
        this.settings = settings;
        this.tokens = settings.stateBurst();
        this.filledAt = nanos;
    }

    /// @param nanos [System#nanoTime]
    /// @return whether one more is within the rate
    boolean take(long nanos) {
        var filled = tokens + (nanos - filledAt) / MINUTE * settings.stateRate();
        tokens = Math.min(settings.stateBurst(), filled);
        filledAt = nanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
