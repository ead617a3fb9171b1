/// Server-sent events: a connection whose outlet is a response without end.
///
/// Way in: [io.carillon.transport.sse.EventStreams#open]. The client's demand for bytes comes from
/// Micronaut as requests of the response's publisher; what is not asked for waits, bounded, and
/// beyond the bound the connection falls behind and is caught up from the log.
///
/// Owns no tables.
@NullMarked
package io.carillon.transport.sse;

import org.jspecify.annotations.NullMarked;
