/// `/realtime`: the JSON wire over WebSocket, on the shortest pipeline.
///
/// Follow one client: [io.carillon.transport.websocket.Doorway] puts a
/// [io.carillon.transport.websocket.Router] into every new HTTP pipeline; on its path the router
/// asks [io.carillon.transport.websocket.Handshake], takes Micronaut's handlers out and puts two
/// in: Netty's frame decoder and [io.carillon.transport.websocket.FrameHandler], which is the
/// client's outlet.
///
/// Owns no tables.
@NullMarked
package io.carillon.transport.websocket;

import org.jspecify.annotations.NullMarked;
