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
        fill(perSecond, nanos);
        if (tokens < wanted) {
            return false;
        }
        tokens -= wanted;
        return true;
    }

    /// Takes what has been spent already, also what is not there.
    ///
    /// @param spent how many
    /// @param perSecond the rate as it is now
    /// @param nanos [System#nanoTime]
    /// @return after how many milliseconds there is something again; 0 for at once
    synchronized long spend(int spent, int perSecond, long nanos) {
        fill(perSecond, nanos);
        tokens -= spent;
        return tokens >= 0 ? 0 : (long) (-tokens * 1_000 / Math.max(1, perSecond)) + 1;
    }

    private void fill(int perSecond, long nanos) {
        tokens = Math.min(perSecond, tokens + (nanos - filledAt) * 1e-9 * perSecond);
        filledAt = nanos;
    }
}
