package io.carillon.node;

import io.carillon.channel.ResetReason;
import io.carillon.connection.Counts;
import io.carillon.connection.Disconnect;
import io.carillon.connection.ErrorCode;
import io.carillon.connection.OpenConnections;
import io.carillon.connection.Services;
import io.carillon.database.OpenDatabase;
import io.carillon.hub.Hub;
import io.carillon.log.Broadcasts;
import io.carillon.module.studio.Feed;
import io.carillon.module.studio.StatusBeat;
import io.carillon.sight.DatabaseLook;
import io.carillon.tail.Tail;
import io.micronaut.context.annotation.Context;

import java.util.Locale;

/// Registers the metrics of the way of an event. All are read, when Prometheus asks, from figures
/// that the rooms keep anyway, so that counting costs the way nothing. Their names: [Metric].
@Context
final class Meters {
    Meters(
            Registrar metrics,
            Hub hub,
            Tail tail,
            OpenConnections connections,
            Services services,
            Broadcasts broadcasts) {
        tail(metrics, tail);
        hub(metrics, hub);
        connections(metrics, services.counts());
        metrics.counter(Metric.BROADCASTS_DROPPED, broadcasts, Broadcasts::dropped);
        metrics.gauge(Metric.LOG_READERS, services, Services::readsRunning, "reading");
        metrics.gauge(Metric.LOG_READERS, services, Services::readsWaiting, "waiting");
        metrics.gauge(
                Metric.READY,
                tail,
                it -> it.state() != Tail.State.CONNECTING && connections.welcome() ? 1 : 0);
    }

    private static void tail(Registrar metrics, Tail tail) {
        for (var state : Tail.State.values()) {
            var name = state.name().toLowerCase(Locale.ROOT);
            metrics.gauge(Metric.TAIL_STATE, tail, it -> it.state() == state ? 1 : 0, name);
        }
        metrics.gauge(Metric.TAIL_LOOK_AGE, tail, it -> it.sinceLook().toNanos() / 1e9);
        metrics.counter(Metric.TAIL_LOOKS, tail, Tail::looks);
        metrics.counter(Metric.TAIL_BELLS, tail, Tail::bells);
        metrics.counter(Metric.TAIL_EVENTS, tail, Tail::eventsRead);
        metrics.counter(Metric.TAIL_RECONNECTS, tail, Tail::reconnects);
    }

    private static void hub(Registrar metrics, Hub hub) {
        metrics.counter(Metric.DELIVERIES, hub, Hub::deliveries);
        metrics.counter(Metric.JUMPS, hub, Hub::jumps);
        metrics.gauge(Metric.RING, hub, it -> it.ring().weight());
    }

    private static void connections(Registrar metrics, Counts counts) {
        metrics.counter(Metric.CONNECTIONS_OPENED, counts, Counts::opens);
        metrics.counter(Metric.CONNECTIONS_CLOSED, counts, Counts::goodbyes, "client");
        for (var code : Disconnect.values()) {
            var label = code.reason();
            metrics.counter(Metric.CONNECTIONS_CLOSED, counts, it -> it.closes(code), label);
        }
        for (var code : ErrorCode.values()) {
            metrics.counter(Metric.COMMANDS_REFUSED, counts, it -> it.refusals(code), code.code());
        }
        for (var reason : ResetReason.values()) {
            metrics.counter(Metric.RESETS, counts, it -> it.resets(reason), reason.code());
        }
        metrics.counter(Metric.RECOVERIES, counts, Counts::recoveries);
        metrics.counter(Metric.FALLS_BEHIND, counts, Counts::fallsBehind);
        metrics.counter(Metric.LOG_READS, counts, Counts::logReads, "read");
        metrics.counter(Metric.LOG_READS, counts, Counts::failedLogReads, "failed");
    }

    /// What the studio monitor counts.
    @Context
    static final class OfStudios {
        OfStudios(Registrar metrics, Feed feed, StatusBeat beat) {
            metrics.counter(Metric.STUDIO_WINDOWS, feed, Feed::counted, "counted");
            metrics.counter(Metric.STUDIO_WINDOWS, feed, Feed::repeated, "repeated");
            metrics.counter(Metric.STUDIO_LOOKS, beat, StatusBeat::asked);
            metrics.counter(Metric.STUDIO_REFUSED, beat, StatusBeat::refused);
        }
    }

    /// What is measured of Postgres.
    @Context
    static final class OfPostgres {
        OfPostgres(Registrar metrics, DatabaseLook look, OpenDatabase database) {
            metrics.gauge(Metric.NOTIFICATION_QUEUE, look, it -> it.last().notificationQueue());
            metrics.gauge(Metric.OLDEST_TRANSACTION, look, it -> it.last().oldestTransaction());
            metrics.gauge(Metric.OPEN_TRANSACTIONS, look, it -> it.last().openTransactions());
            metrics.gauge(Metric.BELL_WAITERS, look, it -> it.last().bellWaiters());
            metrics.gauge(Metric.POOL, database, it -> it.standing().active(), "active");
            metrics.gauge(Metric.POOL, database, it -> it.standing().idle(), "idle");
            metrics.gauge(Metric.POOL_WAITING, database, it -> it.standing().waiting());
            metrics.gauge(Metric.POOL_MOST, database, it -> it.standing().most());
        }
    }
}
