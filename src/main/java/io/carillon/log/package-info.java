/// The event log: how it is read, kept and emptied. The truth about what happened, in the order in
/// which it became visible.
///
/// Way in: SQL triggers and `carillon.emit` write it, in the transaction of the change. Way out:
/// the tail reads what became visible; recoveries read through [io.carillon.log.History].
///
/// Decision: positions are snapshots of transaction ids, never timestamps and never the sequence
/// alone; see `src/docs/decisions/positions.md`.
///
/// Owns the tables `carillon.event`, `carillon.broadcast_event`, `carillon.log_state`.
@NullMarked
package io.carillon.log;

import org.jspecify.annotations.NullMarked;
