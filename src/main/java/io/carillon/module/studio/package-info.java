/// The studio monitor: probes send levels of what goes on air; silence, clipping and changes of
/// level are found, sessions start and stop, and everybody who watches sees how it stands.
///
/// **Way in.** `/api/studios`, `/api/studio`; probes by `POST /api/studio/samples` or the WebSocket
/// `/api/studio/probe` ([ProbeSocket]); by the clock [SilentStreams].
///
/// **Way out.** Channel `events`: `event.new`, one per row of `studio_event`; channel `session`:
/// `session.created`, `updated`, `deleted`; channel `studio`: studios and settings; channel
/// `status`, ephemeral and conflated: `status.update` while somebody watches ([StatusBeat]),
/// `audio.level` with each batch, likewise.
///
/// **Decision.** Detectors are values ([Detectors]) kept in the studio's row, and a batch is one
/// transaction under that row's lock: it counts its windows, runs the detectors, writes what they
/// found, all or nothing. So a probe may change the node, send a batch again or lose a node in the
/// middle, and each event is told once. The road not taken, detectors in a node's memory, finds
/// silence twice or never when the probe moves. Room `hub` is imported because only it knows
/// whether anybody here follows `status`; without followers nothing is asked and nothing told.
///
/// **Tables owned.** `carillon_app.studio`, `studio_setting`, `studio_state`, `studio_run`,
/// `studio_session`, `studio_event`, `studio_watch`.
@NullMarked
package io.carillon.module.studio;

import org.jspecify.annotations.NullMarked;
