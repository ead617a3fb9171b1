/// Who is there: per channel, and in the tenant as a whole (channel `carillon.presence`), across
/// devices and nodes.
///
/// **Way in.** A connection says that it came ([Attendance]) and gets a [Visit], on which it joins,
/// leaves, follows and sets its state. **Way out.** [Update]s to those who follow; rows of
/// `carillon.presence` ([Present]), written by the registry's thread.
///
/// A node writes one row for each user and channel while it has the user, and for the grace time
/// after; a user is present while any node has a row. A change writes a hint beside the row, an
/// ephemeral event that carries nothing; it rings the bell and comes to every node through the tail
/// and the hub. Nodes on which somebody follows the channel then read the table ([Rosters]),
/// compare and tell. Whatever else may be lost, they read again every quarter of a minute.
///
/// **Decision.** `src/docs/decisions/leases-and-presence.md`. The road not taken, changes that
/// travel as data, ends with a ghost when two nodes take the last two rows of a user away at the
/// same time, each believing that the other's stays.
///
/// **Tables owned.** `carillon.presence`.
@NullMarked
package io.carillon.presence;

import org.jspecify.annotations.NullMarked;
