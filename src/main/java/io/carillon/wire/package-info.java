/// What the bytes say: one room per wire, `wire.json` for now.
///
/// Way in: a transport hands bytes to a wire's decoder and gets a [io.carillon.connection.Command]
/// or a coded refusal. Way out: a wire's [io.carillon.hub.Format] and its encoder of
/// [io.carillon.connection.Message]s turn what a connection tells into bytes; how the bytes of one
/// message lie in a transport's stream is that transport's [io.carillon.wire.Framing].
///
/// Decision: framing is part of encoding, so that the bytes that all subscribers share are ready
/// for the network: no handler touches them again. See `src/docs/decisions/shared-frames.md`.
///
/// Owns no tables.
@NullMarked
package io.carillon.wire;

import org.jspecify.annotations.NullMarked;
