package io.carillon.sight;

import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.hub.Hub;
import io.carillon.hub.Lane;
import io.carillon.hub.Steps;
import io.carillon.hub.Trail;
import io.micronaut.context.annotation.Context;

import jakarta.annotation.PreDestroy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/// Follows the lanes' steps from behind and measures them: a latency for each batch on each lane,
/// at most [#SAMPLES] in one round.
///
/// One virtual thread; asks Postgres once a round when something happened and never otherwise. When
/// Postgres is away latencies count from when the tail had seen the batch.
@Context
public final class Follower implements AutoCloseable {
    /// Latencies that are measured in one round; of more, every n-th.
    public static final int SAMPLES = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final Hub hub;
    private final Database database;
    private final SightSettings settings;
    private final WayLog log;
    private final Spans spans;
    private final DatabaseClock clock = new DatabaseClock();
    private final List<Latencies> listeners = new CopyOnWriteArrayList<>();
    private final Map<Lane, Long> known = new IdentityHashMap<>();
    private final Thread thread;
    private long seenThrough;

    /// One batch on one lane, both halves of its way.
    private record Sample(Trail.Seen seen, Steps.Step step) {}

    public Follower(Hub hub, Database database, SightSettings settings, WayLog log, Spans spans) {
        this.hub = hub;
        this.database = database;
        this.settings = settings;
        this.log = log;
        this.spans = spans;
        this.thread = Thread.ofVirtual().name("carillon-sight").start(this::follow);
    }

    /// @param listener is told of every latency from now on
    public void measure(Latencies listener) {
        listeners.add(listener);
    }

    /// @param nanos a moment in [System#nanoTime]
    /// @return the same moment by the database's clock, as far as it is known
    Instant at(long nanos) {
        return clock.at(nanos);
    }

    private void follow() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(settings.round());
                if (hub.started()) {
                    round();
                }
            } catch (InterruptedException stopping) {
                return;
            } catch (RuntimeException failed) {
                LOG.warn("a round of measuring failed: {}", failed.toString());
            }
        }
    }

    private void round() {
        clock.refresh();
        var seen = hub.trail().after(seenThrough);
        if (!seen.isEmpty()) {
            seenThrough = seen.getLast().sequence();
        }
        var samples = samples();
        if (!samples.isEmpty() || !seen.isEmpty()) {
            measure(samples, thinned(seen));
        }
        log.tell(seen);
        spans.tell(seen, clock);
    }

    private List<Sample> samples() {
        var found = new ArrayList<Sample>();
        for (var lane : hub.lanes()) {
            var steps = lane.steps().after(known.getOrDefault(lane, 0L));
            known.put(lane, lane.steps().count());
            for (var step : steps) {
                var seen = hub.trail().at(step.sequence());
                if (seen != null && step.handed() > 0) {
                    found.add(new Sample(seen, step));
                }
            }
        }
        return thinned(found);
    }

    private static <T> List<T> thinned(List<T> all) {
        var stride = 1 + all.size() / SAMPLES;
        var some = new ArrayList<T>();
        for (var index = 0; index < all.size(); index += stride) {
            some.add(all.get(index));
        }
        return some;
    }

    private void measure(List<Sample> samples, List<Trail.Seen> seen) {
        var commits = commits(samples, seen);
        for (var batch : seen) {
            var commit = commits.get(batch.xid());
            if (commit != null) {
                tell(commit, batch.nanos(), (it, time) -> it.seen(Origin.COMMIT, time));
            } else if (!clock.tracked()) {
                tell(batch.at(), batch.nanos(), (it, time) -> it.seen(Origin.WRITTEN, time));
            }
        }
        for (var sample : samples) {
            var commit = commits.get(sample.seen().xid());
            var flushed = sample.step().flushedNanos();
            if (commit != null) {
                tell(commit, flushed, (it, time) -> it.delivered(Origin.COMMIT, time));
            } else if (!clock.tracked()) {
                var time = Duration.ofNanos(flushed - sample.seen().nanos());
                listeners.forEach(it -> it.delivered(Origin.SEEN, time));
            }
        }
    }

    private interface Telling {
        void to(Latencies listener, Duration time);
    }

    private void tell(Instant from, long nanos, Telling telling) {
        var time = Duration.between(from, clock.at(nanos));
        // The clocks agree to half a round trip only.
        var positive = time.isNegative() ? Duration.ZERO : time;
        listeners.forEach(listener -> telling.to(listener, positive));
    }

    private Map<Long, Instant> commits(List<Sample> samples, List<Trail.Seen> seen) {
        var xids = seen.stream().map(Trail.Seen::xid).collect(Collectors.toSet());
        samples.forEach(sample -> xids.add(sample.seen().xid()));
        try {
            return database.read(connection -> {
                clock.look(connection);
                return clock.tracked() && !xids.isEmpty()
                        ? DatabaseClock.commits(connection, xids)
                        : Map.<Long, Instant>of();
            });
        } catch (DatabaseUnavailable away) {
            return Map.of();
        }
    }

    @Override
    @PreDestroy
    public void close() {
        thread.interrupt();
    }
}
