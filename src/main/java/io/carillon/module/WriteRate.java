package io.carillon.module;

import io.carillon.api.Problem;
import io.carillon.auth.Admission;
import io.carillon.auth.BearerAuthentication;
import io.carillon.identity.Principal;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;

import jakarta.inject.Inject;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// Writing requests of one user to this node: `carillon.module.writes-per-second` in the long run,
/// `writes-at-once` after a pause; whoever sends more gets 429 `rate` with `Retry-After`.
///
/// One bucket per user, at most [#MAX_KEPT]; full ones are forgotten first, then everybody starts
/// anew: the bound is on memory, not on fairness. Does not block.
@ServerFilter("/api/**")
public final class WriteRate implements Ordered {
    private static final int MAX_KEPT = 50_000;
    private static final double NANOS = 1e9;
    private static final Set<HttpMethod> READS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final double perNano;
    private final double most;
    private final LongSupplier nanos;
    private final Map<Sender, Bucket> buckets = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();

    private record Sender(String tenant, String user) {}

    private record Bucket(double left, long at, boolean taken) {}

    @Inject
    WriteRate(ModuleSettings settings) {
        this(settings, System::nanoTime);
    }

    WriteRate(ModuleSettings settings, LongSupplier nanos) {
        this.perNano = settings.writesPerSecond() / NANOS;
        this.most = settings.writesAtOnce();
        this.nanos = nanos;
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.after();
    }

    /// @return how many requests were refused since the start
    public long refused() {
        return refused.sum();
    }

    @RequestFilter
    @Nullable HttpResponse<?> pass(HttpRequest<?> request) {
        if (READS.contains(request.getMethod())
                || !(BearerAuthentication.admission(request)
                        instanceof Admission.Valid(var principal))
                || take(principal)) {
            return null;
        }
        refused.increment();
        return Problem.answer(
                        HttpStatus.TOO_MANY_REQUESTS, "rate", "too many writes: slow down a little")
                .header(HttpHeaders.RETRY_AFTER, "1");
    }

    boolean take(Principal principal) {
        if (buckets.size() >= MAX_KEPT) {
            forget();
        }
        var sender = new Sender(principal.tenant(), principal.user());
        return buckets.compute(sender, (_, bucket) -> after(bucket, nanos.getAsLong())).taken;
    }

    private Bucket after(@Nullable Bucket before, long now) {
        var left =
                before == null ? most : Math.min(most, before.left + (now - before.at) * perNano);
        return left < 1 ? new Bucket(left, now, false) : new Bucket(left - 1, now, true);
    }

    private void forget() {
        var now = nanos.getAsLong();
        buckets.values().removeIf(old -> old.left + (now - old.at) * perNano >= most);
        if (buckets.size() >= MAX_KEPT) {
            buckets.clear();
        }
    }
}
