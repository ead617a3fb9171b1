/// `/realtime`: the JSON wire over WebSocket, on the shortest pipeline.
///
/// Follow one client: [io.carillon.transport.websocket.Doorway] puts a
/// [io.carillon.transport.websocket.Router] into every new HTTP pipeline; on its path the router
/// asks [io.carillon.transport.websocket.Handshake] and makes the
/// [io.carillon.transport.websocket.Upgrade]: Micronaut's handlers go, Netty's frame decoder and
/// [io.carillon.transport.websocket.FrameHandler] come, which hands whole messages to a
/// [io.carillon.transport.websocket.Conversation]; here that is
/// [io.carillon.transport.websocket.RealtimeClient], the client's outlet. Room `transport.engineio`
/// comes in as a [io.carillon.transport.websocket.Neighbour] and shares everything but the client.
///
/// Owns no tables.
@NullMarked
package io.carillon.transport.websocket;

import org.jspecify.annotations.NullMarked;
