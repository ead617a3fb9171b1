/// What `/ws/{tenant}/{clientType}` says: one JSON object per message, with `type` and `data`, as
/// the service queue's clients know it. `src/docs/modules.md`, "The queue live", is the page for
/// users.
///
/// Way in: [io.carillon.wire.queue.Saying] reads what a client says. Way out:
/// [io.carillon.wire.queue.QueueFormat] for events, [io.carillon.wire.queue.QueueMessages] for
/// everything else.
///
/// Decision: one message per event, each with the cursor of whoever has received it, because these
/// clients look at one `type` at a time. `queue_update` of the log is left out: it says that places
/// changed, and the transport sends the places themselves under that name.
///
/// Owns no tables.
@NullMarked
package io.carillon.wire.queue;

import org.jspecify.annotations.NullMarked;
