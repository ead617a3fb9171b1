/// Approvals: somebody asks, somebody who may decide approves or rejects, or time decides.
///
/// **Way in.** `/api/approvals`; SQL on the table; [Expiry] by the clock.
///
/// **Way out.** Channel `approvals`: `approval.created`, `updated`, `deleted` with the row;
/// `approval.resolved`, `approval.expired` from a trigger, so that a decision made with SQL is told
/// too.
///
/// **Decision.** Whoever asks does not decide, whatever the roles. An approval whose time is over
/// is not decided any more even if no node has expired it yet: the row's own time counts, not the
/// round's. The road not taken, a timer per approval in a node, would lose approvals with the node.
///
/// **Tables owned.** `carillon_app.approval`.
@NullMarked
package io.carillon.module.approvals;

import org.jspecify.annotations.NullMarked;
