/// Engine.IO 4: sessions over long polling and WebSocket, from the one to the other, with the
/// server's heartbeats. It knows nothing of Socket.IO: whole messages go to an
/// [io.carillon.transport.engineio.Application].
///
/// Way in: [io.carillon.transport.engineio.EngineDoor] stands in every HTTP pipeline and takes the
/// requests of the engine's path out of it before Micronaut sees them; a request opens a
/// [io.carillon.transport.engineio.Session] or is for one. Way out: frames as they lie on a
/// WebSocket; a poll is answered with what is in them ([io.carillon.transport.engineio.Payloads]),
/// so that polling and WebSocket share the hub's frames.
///
/// Decision: a session lives on one event loop, its lane's. Polls come over other channels and are
/// handed to it. A WebSocket that a session moves to is moved to the session's loop first: from
/// then on it is as lean as any other. The road not taken, writing across threads, costs a task for
/// each batch and client.
///
/// Owns no tables.
@NullMarked
package io.carillon.transport.engineio;

import org.jspecify.annotations.NullMarked;
