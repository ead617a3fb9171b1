/// Socket.IO's clients on the product's core: namespaces, acks, recovery.
///
/// Follow one client: an engine's session becomes a [io.carillon.transport.socketio.Client]; a
/// CONNECT packet asks the [io.carillon.transport.socketio.Namespaces] for an
/// [io.carillon.transport.socketio.Attachment].
///
/// Follow one recovery: [io.carillon.transport.socketio.Judge] reads what is kept of the session,
/// and says whether the client can have missed something that nobody would tell it again
/// ([io.carillon.transport.socketio.Joins], [io.carillon.transport.socketio.Offset]);
/// [io.carillon.transport.socketio.Entrance] tells the rest. A join whose catch-up was not received
/// for sure is not caught up once more, which would need an offset for each room: the client begins
/// afresh, as for every other reset.
///
/// Owns the tables `carillon.socketio_session` and `carillon.socketio_key`.
@NullMarked
package io.carillon.transport.socketio;

import org.jspecify.annotations.NullMarked;
