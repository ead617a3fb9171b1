/// Which nodes live, and who is connected to which: `carillon.node` and `carillon.connection`.
///
/// **Way in.** Connections say that they were opened and closed ([Roll]); other rooms hand in what
/// they keep in unlogged tables ([Ledger]). **Way out.** The living nodes ([Nodes]); rows that any
/// node and any operator can read.
///
/// One thread of each node ([Registry]), with a connection of its own, says once a second that the
/// node lives ([Lease]), reaps nodes that stand still, and writes what changed in batches. Its own
/// connection, because a node must not lose its lease to a long recovery or to a large read of the
/// tail.
///
/// **Decision.** `src/docs/decisions/leases-and-presence.md`: the tail inserts the node's row (the
/// promise to be awake stands in it), this room keeps it alive and removes those of the dead;
/// whether a row is still the one that was written is told by its `registration`, whether the
/// unlogged tables are still the same by `carillon.registry_life`.
///
/// **Tables owned.** `carillon.connection`, `carillon.registry_life`; of `carillon.node` the
/// columns of the lease.
@NullMarked
package io.carillon.registry;

import org.jspecify.annotations.NullMarked;
