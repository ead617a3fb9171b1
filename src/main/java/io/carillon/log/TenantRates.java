package io.carillon.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// A token bucket for each tenant. Safe for all threads. Keeps at most [#MOST] tenants: beyond,
/// those whose bucket is full again are forgotten, which changes nothing for them.
final class TenantRates {
    private static final int MOST = 10_000;

    private final double perNano;
    private final double burst;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();

    private record Bucket(double tokens, long atNanos) {}

    TenantRates(int perSecond) {
        this.perNano = perSecond * 1e-9;
        this.burst = perSecond * 2.0;
    }

    /// @param tenant whose event
    /// @param nanos [System#nanoTime]
    /// @return whether one more is within the rate
    boolean take(String tenant, long nanos) {
        if (buckets.size() > MOST) {
            buckets.values().removeIf(bucket -> filled(bucket, nanos) >= burst);
        }
        var taken = new boolean[1];
        buckets.compute(
                tenant,
                (key, was) -> {
                    var tokens = was == null ? burst : filled(was, nanos);
                    taken[0] = tokens >= 1;
                    return new Bucket(taken[0] ? tokens - 1 : tokens, nanos);
                });
        if (!taken[0]) {
            refused.incrementAndGet();
        }
        return taken[0];
    }

    private double filled(Bucket bucket, long nanos) {
        return Math.min(burst, bucket.tokens + Math.max(0, nanos - bucket.atNanos) * perNano);
    }

    /// @return events over a rate since the start
    long refused() {
        return refused.get();
    }
}
