/// Carillon's own wire: JSON texts, one object per message. `src/docs/protocol.md` is its
/// specification.
///
/// Way in: [io.carillon.wire.json.CommandDecoder]. Way out: [io.carillon.wire.json.JsonFormat] for
/// events, [io.carillon.wire.json.MessageEncoder] for everything else.
///
/// Decision: the payload of an event is JSON when it comes out of the log and is written as it is;
/// it is never parsed here.
///
/// Owns no tables.
@NullMarked
package io.carillon.wire.json;

import org.jspecify.annotations.NullMarked;
