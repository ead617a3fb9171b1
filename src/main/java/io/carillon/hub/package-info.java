/// Fan-out in memory: lanes, ring, shared frames. No SQL, no HTTP, no JSON; testable and benchable
/// alone.
///
/// Way in: the tail calls [io.carillon.hub.Hub#publish] with a batch, from one thread. Way out:
/// each [io.carillon.hub.Lane], on its own event loop, hands frames to its
/// [io.carillon.hub.Subscriber]s; an [io.carillon.hub.Observer] is handed every batch of the node.
///
/// Decision: one lane per event loop, with its own map of channels, so that fan-out takes no lock
/// and a connection is only ever touched by its own loop. The road not taken, one concurrent map
/// for all, costs a hand-over between threads for each delivery.
///
/// Channels that say so are conflated: see `src/docs/decisions/conflation.md`.
///
/// Owns no tables.
@NullMarked
package io.carillon.hub;

import org.jspecify.annotations.NullMarked;
