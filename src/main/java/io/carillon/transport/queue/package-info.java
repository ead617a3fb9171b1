/// `/ws/{tenant}/{clientType}`: the service queue's operators, totems and displays, on Micronaut's
/// own WebSockets.
///
/// Way in: [io.carillon.transport.queue.QueueDoor] judges the upgrade request (origin, room), then
/// [io.carillon.transport.queue.QueueSocket], the `@ServerWebSocket`, makes a
/// [io.carillon.transport.queue.QueueClient] of it. Way out: a connection like any other on the
/// lane of its event loop, so recovery, backpressure, revocation, limits, drain, the registry and
/// the metrics are those of all transports; `wire.queue` says what the bytes say. Beside the events
/// come snapshots of the whole queue ([io.carillon.transport.queue.Pictures]).
///
/// Decision: Micronaut makes the handshake and reads the frames, for kiosks are few; what is
/// written goes past its session, straight to the channel in frames that were encoded once, since
/// its broadcaster knows neither order nor bounds, and a slow screen would fill the memory. Its
/// `@OnClose` is not relied on: the channel's own end is. Snapshots are not made by a trigger
/// (`module.tickets` says why) but read once per node and tenant after a change.
///
/// The queue itself is behind a port, [io.carillon.transport.queue.FrontDesk], that module
/// `tickets` implements; so this room imports no module, and the module imports this room.
///
/// Owns no tables.
@NullMarked
package io.carillon.transport.queue;

import org.jspecify.annotations.NullMarked;
