package io.carillon.wire.socketio;

import java.util.List;

/// What an event looks like to a Socket.IO client: `socket.on(name, (…arguments) => …)`. Immutable.
///
/// @param name of the event there; `event:` is put before Socket.IO's reserved ones
/// @param arguments JSON each, on one line; at least one. The position is put behind them when the
///     event is written
public record Emission(String name, List<String> arguments) {}
