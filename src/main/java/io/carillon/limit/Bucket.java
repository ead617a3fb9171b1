package io.carillon.limit;

/// A token bucket: what is not spent is kept for one second. Safe for all threads; held for
/// nanoseconds.
final class Bucket {
    private double tokens;
    private long filledAt;

    Bucket(int perSecond, long nanos) {
        tokens = perSecond;
        filledAt = nanos;
    }

    /// @param wanted how many
    /// @param perSecond the rate as it is now
    /// @param nanos [System#nanoTime]
    /// @return whether there were so many; they are taken then
    synchronized boolean take(int wanted, int perSecond, long nanos) {
        tokens = Math.min(perSecond, tokens + (nanos - filledAt) * 1e-9 * perSecond);
        filledAt = nanos;
        if (tokens < wanted) {
            return false;
        }
        tokens -= wanted;
        return true;
    }
}
