/// From the log to the hub: the doorbell that wakes the tail, and the tail that reads what became
/// visible.
///
/// Way in: `NOTIFY carillon`, which carries nothing, and the clock. Way out: batches to
/// [io.carillon.hub.Hub#publish]. A node has one [io.carillon.tail.Tail] on one thread, with two
/// connections of its own: one that reads and one that listens.
///
/// Decisions: `src/docs/decisions/positions.md` (what is read) and `src/docs/decisions/doorbell.md`
/// (when). The road not taken, NOTIFY with the event in it, holds a lock of the whole database
/// through every commit and ends at 8,000 bytes.
///
/// Owns this node's row of `carillon.node`.
@NullMarked
package io.carillon.tail;

import org.jspecify.annotations.NullMarked;
