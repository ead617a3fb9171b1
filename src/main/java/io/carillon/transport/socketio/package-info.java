/// Socket.IO's clients on the product's core: namespaces, acks, recovery.
///
/// Follow one client: an engine's session becomes a [io.carillon.transport.socketio.Client]; a
/// CONNECT packet asks the [io.carillon.transport.socketio.Namespaces] for an
/// [io.carillon.transport.socketio.Attachment].
///
/// Owns no tables.
@NullMarked
package io.carillon.transport.socketio;

import org.jspecify.annotations.NullMarked;
