/// Measures Carillon against a peer on one machine: who runs where, what is sent, what arrived.
///
/// Way in: [io.carillon.bench.Bench], a process of its own, started by `src/bench/run`. It starts
/// the servers under test on core 0 and keeps core 1 for itself and for Postgres. Way out: a JSON
/// file of raw results and a Markdown row per figure under `target/bench`.
///
/// Decision: one generator speaks all dialects, so that what it costs is the same for everybody;
/// the road not taken, each product's own client, measures the clients. Sends are scheduled and
/// latency counts from the scheduled moment, so a server that stalls is charged for what it made
/// wait. Every client counts exactly what it missed, what came twice and what came out of order.
@NullMarked
package io.carillon.bench;

import org.jspecify.annotations.NullMarked;
