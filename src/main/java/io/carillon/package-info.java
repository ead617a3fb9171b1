/// Carillon: a write in Postgres reaches every browser that may see it.
///
/// The rooms are named after the way of an event.
///
/// **Follow one event.** A write fires a trigger that [V3](../../../resources/db/migration)
/// generated, which inserts into `carillon.event` and rings the bell. [io.carillon.tail.Doorbell]
/// hears it, [io.carillon.tail.TailReader] reads what became visible, [io.carillon.tail.Tail] hands
/// the batch to [io.carillon.hub.Hub], each [io.carillon.hub.Lane] encodes every run once per
/// [io.carillon.hub.Format] (room `wire`) and hands the frame to its
/// [io.carillon.connection.Connection]s, whose [io.carillon.connection.Outlet] (room `transport`)
/// writes it.
///
/// **Follow one recovery.** A client subscribes with a [io.carillon.channel.Cursor];
/// [io.carillon.connection.Connection] makes a debt of it, [io.carillon.connection.Recovery] pays
/// the debt from [io.carillon.hub.Ring] or from [io.carillon.log.History], up to the lane's
/// position; from there on the client is live.
@NullMarked
package io.carillon;

import org.jspecify.annotations.NullMarked;
