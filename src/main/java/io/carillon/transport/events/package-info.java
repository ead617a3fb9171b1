/// `/events`: one address for event streams and polls, on Micronaut's routes.
///
/// Way in: [io.carillon.transport.events.EventsController] reads the query
/// ([io.carillon.transport.events.EventsQuery]), asks who it is and hands over to
/// `transport.sse` or `transport.polling` by the `Accept` header. Cross-origin rules are those of
/// all of HTTP and stand in a filter before this.
///
/// Owns no tables.
@NullMarked
package io.carillon.transport.events;

import org.jspecify.annotations.NullMarked;
