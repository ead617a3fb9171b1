package io.carillon.sight;

import io.carillon.channel.Event;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.hub.Trail;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import java.util.List;
import java.util.concurrent.TimeUnit;

/// Says at level DEBUG of logger `io.carillon.way` what became of each event on this node, with the
/// correlation id of the request that caused it.
///
/// Written a moment after the fact, when the lanes have done their part. Bounded: about [#LINES]
/// events in one round, and batches that have left the ring by then are passed over. One thread,
/// the [Follower]'s.
@Singleton
final class WayLog {
    /// Events that one round tells of.
    static final int LINES = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger("io.carillon.way");

    private final Hub hub;
    private final Settling settling = new Settling(TimeUnit.MILLISECONDS.toNanos(200));

    WayLog(Hub hub) {
        this.hub = hub;
    }

    /// @param seen batches that came since the last call
    void tell(List<Trail.Seen> seen) {
        if (!LOG.isDebugEnabled()) {
            settling.clear();
            return;
        }
        settling.add(seen);
        for (var next : settling.take(LINES)) {
            var batch = hub.ring().batch(next.sequence());
            if (batch != null) {
                batch.events().forEach(event -> tell(next, batch, event));
            }
        }
    }

    private void tell(Trail.Seen seen, Batch batch, Event event) {
        var handed = 0;
        var behind = 0;
        var flushed = seen.nanos();
        for (var lane : hub.lanes()) {
            var step = lane.steps().of(seen.sequence());
            var told = step == null ? null : step.told(event.key(), event.id());
            if (step != null && told != null) {
                handed += told.handed();
                behind += told.behind();
                flushed = Math.max(flushed, step.flushedNanos());
            }
        }
        var correlation = event.correlationId();
        if (correlation != null) {
            MDC.put("correlationId", correlation);
        }
        try {
            LOG.debug(
                    "event {} {} on {} of {}: batch {} of {}, handed to {}, behind {}, {} us",
                    event.id(),
                    event.type(),
                    event.channel(),
                    event.tenant(),
                    seen.sequence(),
                    batch.events().size(),
                    handed,
                    behind,
                    TimeUnit.NANOSECONDS.toMicros(flushed - seen.nanos()));
        } finally {
            MDC.remove("correlationId");
        }
    }
}
