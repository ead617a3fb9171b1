/// One attached client, whatever its protocol: commands, subscriptions, recovery, backpressure.
///
/// Way in: a transport makes a [io.carillon.connection.Connection] on its channel's event loop and
/// hands it [io.carillon.connection.Command]s. Way out: [io.carillon.connection.Outlet], which the
/// transport implements. What blocks (tokens, rules, the log) runs on virtual threads and comes
/// back to the lane.
///
/// The hard spot is [io.carillon.connection.Recovery]: how somebody who is owed events is brought
/// to the lane's position, exactly. Its decision is in
/// `src/docs/decisions/recovery-to-the-lane.md`.
///
/// What a tenant or user may have is asked of room `limit`, which the architecture's table does not
/// have; reads of the log are taken from the tenants in turn ([io.carillon.connection.Turns]).
///
/// Owns no tables.
@NullMarked
package io.carillon.connection;

import org.jspecify.annotations.NullMarked;
