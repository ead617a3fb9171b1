package io.carillon.sight;

import io.carillon.channel.Event;
import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.hub.Hub;
import io.carillon.hub.Trail;
import io.carillon.log.Xids;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes spans of what became of traced events: `tail` from the write until this node had seen it,
/// `hub` until the last socket, and below that one `lane` for each lane that handed the batch to
/// connections. Never one for each socket.
///
/// Made afterwards, of the [Trail] and the lanes' steps; which events are traced is asked from the
/// log, at most [#EVENTS] in one round. One thread, the [Follower]'s.
@Singleton
final class Spans {
    /// Events of which one round makes spans.
    static final int EVENTS = 200;

    private static final String TRACED =
            "select id, xid, tenant, channel, type, correlation_id, trace, at from carillon.event"
                    + " where xid = any (?::xid8[]) and trace like '00-%-01' order by id limit ?";

    private final Hub hub;
    private final Database database;
    private final Tracing tracing;
    private final Settling settling = new Settling(TimeUnit.MILLISECONDS.toNanos(200));

    /// An event whose trace is recorded.
    private record Traced(
            long id,
            long xid,
            String tenant,
            String channel,
            String type,
            @Nullable String correlationId,
            TraceContext trace,
            Instant at) {}

    Spans(Hub hub, Database database, Tracing tracing) {
        this.hub = hub;
        this.database = database;
        this.tracing = tracing;
    }

    /// @param seen batches that came since the last call
    /// @param clock how this node's clock and the database's differ
    void tell(List<Trail.Seen> seen, DatabaseClock clock) {
        var tracer = tracing.tracer();
        if (tracer == null) {
            return;
        }
        settling.add(seen);
        var batches = settling.take(EVENTS);
        if (!batches.isEmpty()) {
            for (var event : traced(batches)) {
                var batch = hub.trail().of(event.id, event.xid);
                if (batch != null) {
                    tell(tracer, event, batch, clock);
                }
            }
        }
    }

    private List<Traced> traced(List<Trail.Seen> batches) {
        var xids =
                batches.stream()
                        .flatMap(this::xids)
                        .distinct()
                        .map(Xids::one)
                        .collect(Collectors.joining(",", "{", "}"));
        try {
            return database.read(connection -> traced(connection, xids));
        } catch (DatabaseUnavailable away) {
            return List.of();
        }
    }

    private Stream<Long> xids(Trail.Seen seen) {
        var batch = hub.ring().batch(seen.sequence());
        return batch == null
                ? Stream.of(seen.xid())
                : batch.events().stream().map(Event::xid).distinct();
    }

    private static List<Traced> traced(Connection connection, String xids) throws SQLException {
        try (var statement = connection.prepareStatement(TRACED)) {
            statement.setString(1, xids);
            statement.setInt(2, EVENTS);
            var found = new ArrayList<Traced>();
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    var trace = TraceContext.parse(row.getString("trace"));
                    if (trace != null) {
                        found.add(
                                new Traced(
                                        row.getLong("id"),
                                        Long.parseLong(row.getString("xid")),
                                        row.getString("tenant"),
                                        row.getString("channel"),
                                        row.getString("type"),
                                        row.getString("correlation_id"),
                                        trace,
                                        row.getObject("at", OffsetDateTime.class).toInstant()));
                    }
                }
            }
            return found;
        }
    }

    private void tell(Tracer tracer, Traced event, Trail.Seen batch, DatabaseClock clock) {
        var seen = clock.here(batch.nanos());
        var written = event.at.minus(clock.offset());
        var tail =
                tracer.spanBuilder("tail")
                        .setSpanKind(SpanKind.CONSUMER)
                        .setParent(Tracing.remote(event.trace))
                        .setStartTimestamp(written.isAfter(seen) ? seen : written)
                        .setAttribute("carillon.event.id", event.id)
                        .setAttribute("carillon.event.type", event.type)
                        .setAttribute("carillon.tenant", event.tenant)
                        .setAttribute("carillon.channel", event.channel)
                        .setAttribute("carillon.batch", batch.sequence())
                        .setAttribute("carillon.batch.events", (long) batch.events())
                        .startSpan();
        if (event.correlationId != null) {
            tail.setAttribute("carillon.correlation_id", event.correlationId);
        }
        tail.end(seen);
        fanOut(tracer, tail, batch, clock);
    }

    private void fanOut(Tracer tracer, Span tail, Trail.Seen batch, DatabaseClock clock) {
        var hubSpan =
                tracer.spanBuilder("hub")
                        .setParent(Context.root().with(tail))
                        .setStartTimestamp(clock.here(batch.nanos()))
                        .startSpan();
        var last = batch.nanos();
        var number = 0;
        for (var lane : hub.lanes()) {
            var step = lane.steps().of(batch.sequence());
            if (step != null) {
                tracer.spanBuilder("lane")
                        .setSpanKind(SpanKind.PRODUCER)
                        .setParent(Context.root().with(hubSpan))
                        .setStartTimestamp(clock.here(step.startedNanos()))
                        .setAttribute("carillon.lane", number)
                        .setAttribute("carillon.connections", (long) step.handed())
                        .setAttribute("carillon.behind", (long) step.behind())
                        .startSpan()
                        .end(clock.here(step.flushedNanos()));
                last = Math.max(last, step.flushedNanos());
            }
            number++;
        }
        hubSpan.end(clock.here(last));
    }
}
