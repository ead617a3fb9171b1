/// How bytes travel: WebSocket, server-sent events, polling. Each makes a
/// [io.carillon.connection.Connection] per client and is its [io.carillon.connection.Outlet].
///
/// Way in: Netty channels. `/realtime` is taken out of Micronaut's pipeline before it gets there
/// (`transport.websocket`); `/events` is a Micronaut route, as a stream (`transport.sse`) and as a
/// poll (`transport.polling`). Way out: commands to the connection, frames to the channel.
///
/// Decision: the lean path of `/realtime` and why permessage-deflate is off are in
/// `src/docs/decisions/websocket.md`.
///
/// Owns no tables.
@NullMarked
package io.carillon.transport;

import org.jspecify.annotations.NullMarked;
