/// Seeing what a node does: the census of its connections, the latency of its deliveries, the way
/// of one event, traces, the setup's doctor.
///
/// **Way in.** [io.carillon.sight.Follower] reads, now and then and from outside, what the hub
/// keeps for it ([io.carillon.hub.Trail], [io.carillon.hub.Steps]); [io.carillon.sight.Census]
/// walks through the lanes every few seconds; questions come from room `api`.
///
/// **Way out.** Figures for the metrics, log lines, spans, answers.
///
/// **Decision.** Nothing here stands in the way of an event. What a delivery costs is paid once per
/// run and once per flush (a few counters and one look at the clock); everything else is read
/// afterwards by a thread of its own, which may be late or leave out samples. The road not taken,
/// timers and spans where events are handed over, costs each delivery more than the delivery; see
/// `src/docs/decisions/sight.md`.
///
/// **Tables owned.** None.
@NullMarked
package io.carillon.sight;

import org.jspecify.annotations.NullMarked;
