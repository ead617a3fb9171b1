/// The probe: a program beside the studio that listens to what goes on air and sends its levels.
///
/// Follow one window: [io.carillon.probe.Wav] or a raw format says how the bytes are to be read
/// ([io.carillon.probe.Pcm]); [io.carillon.probe.Meter] makes a [io.carillon.probe.Window] of each
/// tenth of a second; [io.carillon.probe.Pace] holds it back until its time; the windows of a
/// moment become a [io.carillon.probe.Batch] and wait in the [io.carillon.probe.Outbox] until the
/// server has said that they are counted; [io.carillon.probe.Sender] sends them over an
/// [io.carillon.probe.Uplink], WebSocket or HTTP, again and elsewhere when it breaks.
///
/// **Way in.** [io.carillon.probe.Probe]'s command line; a file or standard input. **Way out.** The
/// studio monitor's WebSocket or `POST /api/studio/samples`; with `--dry` standard output.
///
/// **Decision.** It knows nothing of the server's code and needs nothing but the JDK, so that it
/// can be copied to a machine in a studio; what the two agree on is `src/docs/studio.md`. Numbers
/// of windows, not of batches, make sending again harmless: batches may be cut anew.
///
/// Owns no tables.
@NullMarked
package io.carillon.probe;

import org.jspecify.annotations.NullMarked;
