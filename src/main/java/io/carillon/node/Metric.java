package io.carillon.node;

import java.util.List;
import java.util.Locale;

/// Every metric of the product: the one place where they have their names. `src/docs/metrics.md` is
/// made from it; dashboards and alert rules may use no other names.
///
/// [#exposed] is what Prometheus sees: counters end in `_total`, times in `_seconds`. Labels have
/// few values each, whatever tenants and clients do.
enum Metric {
    CONNECTIONS(
            Kind.GAUGE,
            "connections",
            "connections",
            "open connections, waiting polls among them",
            "transport"),
    CONNECTIONS_OPENED(
            Kind.COUNTER,
            "connections.opened",
            "connections",
            "connections that were let in; polls are not counted"),
    CONNECTIONS_CLOSED(
            Kind.COUNTER,
            "connections.closed",
            "connections",
            "connections that ended, by close code; `client` when the client or the network ended"
                    + " it; polls are not counted",
            "code"),
    COMMANDS_REFUSED(
            Kind.COUNTER,
            "commands.refused",
            "commands",
            "commands that were refused, by error code",
            "code"),
    RESETS(Kind.COUNTER, "resets", "messages", "clients told to read again, by reason", "reason"),
    RECOVERIES(
            Kind.COUNTER,
            "recoveries",
            "recoveries",
            "connections brought up to date, after a subscription or a wait"),
    FALLS_BEHIND(
            Kind.COUNTER,
            "falls.behind",
            "connections",
            "live connections that did not read, or whose lane was late, and are caught up"),
    LOG_READS(
            Kind.COUNTER,
            "log.reads",
            "pages",
            "pages of the log read for recoveries that memory could not serve",
            "outcome"),
    LOG_READERS(
            Kind.GAUGE,
            "log.readers",
            "recoveries",
            "recoveries that read the log now, and that wait to",
            "state"),
    DELIVERIES(Kind.COUNTER, "hub.deliveries", "frames", "frames handed to live connections"),
    JUMPS(
            Kind.COUNTER,
            "hub.jumps",
            "times",
            "times a lane was so late that memory had moved past it"),
    RING(Kind.GAUGE, "ring.bytes", "bytes", "recent events in memory, roughly"),
    DELIVERY_LATENCY(
            Kind.TIMER,
            "delivery.latency",
            "seconds",
            "time until the frames of one batch on one lane were handed to the sockets, sampled;"
                    + " `from` says since when: `commit`, or `seen` by the tail where"
                    + " `track_commit_timestamp` is off",
            "from"),
    TAIL_LAG(
            Kind.TIMER,
            "tail.lag",
            "seconds",
            "time until the tail had seen a batch, sampled; `from` says since when: `commit`, or"
                    + " `written` (the writer's transaction included) where"
                    + " `track_commit_timestamp` is off",
            "from"),
    TAIL_STATE(
            Kind.GAUGE,
            "tail.state",
            "0 or 1",
            "1 for what the tail does now: `asleep` waits for the bell, `awake` looks by itself,"
                    + " `polling` hears no bell, `connecting` has no Postgres",
            "state"),
    TAIL_LOOK_AGE(
            Kind.GAUGE,
            "tail.look.age.seconds",
            "seconds",
            "since the tail last looked at the log; it looks at least once a second"),
    TAIL_LOOKS(Kind.COUNTER, "tail.looks", "looks", "looks at the log"),
    TAIL_BELLS(Kind.COUNTER, "tail.bells", "notifications", "bells that were heard"),
    TAIL_EVENTS(Kind.COUNTER, "tail.events", "events", "durable events read from the log"),
    TAIL_RECONNECTS(Kind.COUNTER, "tail.reconnects", "times", "times the tail lost Postgres"),
    BROADCASTS_DROPPED(
            Kind.COUNTER, "broadcasts.dropped", "events", "ephemeral events that were not written"),
    TENANT_CONNECTIONS(
            Kind.GAUGE,
            "tenant.connections",
            "connections",
            "open connections of a tenant; tenants without metrics of their own are `other`",
            "tenant"),
    TENANT_EVENTS(
            Kind.GAUGE,
            "tenant.events.rate",
            "events per second",
            "events on a tenant's followed channels, over the last census",
            "tenant"),
    TENANT_DELIVERIES(
            Kind.GAUGE,
            "tenant.deliveries.rate",
            "frames per second",
            "frames handed to a tenant's connections, over the last census",
            "tenant"),
    NOTIFICATION_QUEUE(
            Kind.GAUGE,
            "database.notification.queue.ratio",
            "0 to 1",
            "how full Postgres' queue of notifications is; when it is full, commits that notify"
                    + " fail"),
    OLDEST_TRANSACTION(
            Kind.GAUGE,
            "database.oldest.transaction.seconds",
            "seconds",
            "age of the oldest transaction; NaN where the role may not see others' transactions"),
    OPEN_TRANSACTIONS(
            Kind.GAUGE,
            "database.open.transactions",
            "transaction ids",
            "from the oldest that runs to the newest"),
    BELL_WAITERS(
            Kind.GAUGE,
            "database.bell.waiters",
            "transactions",
            "transactions that queued for the lock of NOTIFY at the last look"),
    POOL(
            Kind.GAUGE,
            "pool.connections",
            "connections",
            "connections of the pool to Postgres",
            "state"),
    POOL_WAITING(Kind.GAUGE, "pool.waiting", "threads", "threads that wait for one of them"),
    POOL_MOST(Kind.GAUGE, "pool.limit", "connections", "connections that there may be"),
    STUDIO_WINDOWS(
            Kind.COUNTER,
            "studio.windows",
            "windows",
            "windows of level samples that probes sent to this node: `counted`, or `repeated` where"
                    + " they had been counted before",
            "outcome"),
    STUDIO_LOOKS(
            Kind.COUNTER,
            "studio.looks",
            "looks",
            "times Postgres was asked how the studios stand; none while nobody watches"),
    STUDIO_REFUSED(
            Kind.COUNTER,
            "studio.status.refused",
            "times",
            "times the status of one tenant's studios could not be told; the log says whose and"
                    + " why"),
    LIMITS_HIT(
            Kind.COUNTER,
            "limits.hit",
            "times",
            "times a limit stood against something, by limit and class of tenants"
                    + " (`carillon.tenant_limit.class`; `default` for most, `other` beyond 32"
                    + " classes)",
            "limit",
            "tenants"),
    READY(Kind.GAUGE, "ready", "0 or 1", "1 while the node lets clients in and follows the log");

    /// What a metric is to Prometheus.
    enum Kind {
        /// Goes up and down.
        GAUGE,
        /// Goes up only; starts at 0 with the node.
        COUNTER,
        /// A histogram of times.
        TIMER
    }

    private final Kind kind;
    private final String path;
    private final String unit;
    private final String meaning;
    private final List<String> labels;

    Metric(Kind kind, String path, String unit, String meaning, String... labels) {
        this.kind = kind;
        this.path = path;
        this.unit = unit;
        this.meaning = meaning;
        this.labels = List.of(labels);
    }

    Kind kind() {
        return kind;
    }

    /// @return its name in the registry
    String key() {
        return "carillon." + path;
    }

    String unit() {
        return unit;
    }

    String meaning() {
        return meaning;
    }

    List<String> labels() {
        return labels;
    }

    /// @return its name as Prometheus scrapes it; a histogram's without `_bucket`, `_count`, `_sum`
    String exposed() {
        var name = key().toLowerCase(Locale.ROOT).replace('.', '_');
        return switch (kind) {
            case GAUGE -> name;
            case COUNTER -> name + "_total";
            case TIMER -> name + "_seconds";
        };
    }
}
