package io.carillon.sight;

/// What one node counts, at one moment: its answer to whoever asks, over HTTP or from another node.
/// Immutable.
///
/// @param node its id
/// @param connections open ones
/// @param lanes event loops with connections
/// @param tail what the tail does: `asleep`, `awake`, `polling`, `connecting`
/// @param sinceLookMillis since the tail last looked at the log
/// @param events durable ones read from the log since the start
/// @param deliveries frames handed to connections since the start
/// @param recoveries connections brought up to date since the start
/// @param logReads pages of the log read for that
/// @param ringBytes recent events in memory
/// @param reconnects times the tail lost Postgres
/// @param welcome whether it lets clients in
public record NodeFigures(
        String node,
        int connections,
        int lanes,
        String tail,
        long sinceLookMillis,
        long events,
        long deliveries,
        long recoveries,
        long logReads,
        long ringBytes,
        long reconnects,
        boolean welcome) {}
