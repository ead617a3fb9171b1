/// Chaos: a cluster of nodes under the oracle's writers and clients, broken in every way that could
/// be thought of, one after the other, and judged after each.
///
/// [io.carillon.chaos.Cluster] is the ground: a [io.carillon.chaos.Server] (Postgres, with a
/// standby where one is wanted), a [io.carillon.chaos.FaultProxy] between each node and Postgres,
/// three [io.carillon.chaos.Member]s (in this JVM, or processes), a balancer before them (ours, or
/// HAProxy). [io.carillon.chaos.Act] is what is done to it. `src/docs/testing.md` says how to run
/// it.
package io.carillon.chaos;
