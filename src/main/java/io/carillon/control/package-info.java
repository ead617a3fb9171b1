/// What an administrator tells all nodes, and what the nodes must know at once: who is sent away,
/// which tokens count no longer.
///
/// **Way in.** Rows of `carillon.control_order` and events of the reserved channel
/// `carillon.control`, written together by `carillon.disconnect()` and `carillon.revoke()`, from
/// SQL or through [io.carillon.control.Orders] from REST. [io.carillon.control.Control] is handed
/// the events by the hub, as an [io.carillon.hub.Observer].
///
/// **Way out.** [io.carillon.auth.Revocations], which every token and ticket is held against, and
/// closed connections, whatever their transport.
///
/// **Decision.** The event is acted on as it comes (exactly once, in milliseconds, by the log's own
/// promise); rows are read only by a node that starts or has left events out. The road not taken,
/// asking a table for every token, costs a query for each request and still does not close what is
/// open. See `src/docs/decisions/control.md`. Beyond the architecture's table this room imports
/// `auth`, whose register it fills, and `database`.
///
/// Changes of rules, of the tables that they read and of limits come the same way: subscriptions
/// are asked about again ([io.carillon.control.Rechecks]), limits and conflation are read anew.
///
/// **Tables owned.** `carillon.control_order`.
@NullMarked
package io.carillon.control;

import org.jspecify.annotations.NullMarked;
