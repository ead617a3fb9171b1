package io.carillon.aws;

import org.jspecify.annotations.Nullable;

/// What CloudWatch is told, by the names that `terraform/modules/observability` and the scaling
/// rule know: a test compares them.
enum CloudMetric {
    /// Open connections of this node: scaling's aim.
    OPEN_CONNECTIONS("OpenConnections", "Count", "carillon.connections", null),
    /// 1 while the node does not follow the log.
    TAIL_DOWN("TailDown", "Count", "carillon.tail.state", "connecting"),
    /// 1 while the node hears no notification and polls.
    LISTEN_SILENT("ListenSilent", "Count", "carillon.tail.state", "polling"),
    /// How full Postgres's queue of notifications is, 0 to 1: full, commits that ring fail.
    NOTIFICATION_QUEUE(
            "NotificationQueue", "None", "carillon.database.notification.queue.ratio", null),
    /// Events read from the log since the last line.
    EVENTS_READ("EventsRead", "Count", "carillon.tail.events", null),
    /// Frames handed to connections since the last line.
    DELIVERIES("Deliveries", "Count", "carillon.hub.deliveries", null),
    /// 1 while secrets cannot be read again.
    SECRETS_STALE("SecretsStale", "Count", "", null),
    /// 1 while old events cannot be archived.
    ARCHIVE_FAILING("ArchiveFailing", "Count", "", null),
    /// Messages that became events since the last line.
    INGRESS_EVENTS("IngressEvents", "Count", "", null),
    /// Messages that were refused since the last line.
    INGRESS_REFUSED("IngressRefused", "Count", "", null);

    private final String text;
    private final String unit;
    private final String meter;
    private final @Nullable String state;

    CloudMetric(String text, String unit, String meter, @Nullable String state) {
        this.text = text;
        this.unit = unit;
        this.meter = meter;
        this.state = state;
    }

    /// @return its name in CloudWatch
    String text() {
        return text;
    }

    /// @return CloudWatch's word for its unit
    String unit() {
        return unit;
    }

    /// @return the meter that it is read from; empty where this room knows it itself
    String meter() {
        return meter;
    }

    /// @return the only value of label `state` that counts, or null
    @Nullable String state() {
        return state;
    }

    /// @return whether the difference to the last line is told
    boolean grows() {
        return switch (this) {
            case EVENTS_READ, DELIVERIES, INGRESS_EVENTS, INGRESS_REFUSED -> true;
            case OPEN_CONNECTIONS,
                    TAIL_DOWN,
                    LISTEN_SILENT,
                    NOTIFICATION_QUEUE,
                    SECRETS_STALE,
                    ARCHIVE_FAILING ->
                    false;
        };
    }
}
