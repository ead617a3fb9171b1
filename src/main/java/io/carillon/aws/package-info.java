/// What a node does with AWS, each part off until it is configured: keys and logins from Secrets
/// Manager, IAM logins to Postgres, metrics for scaling, events from an SQS queue, old events to
/// S3, an early farewell when the balancer takes the node out.
///
/// **Way in.** Timers of this room's own virtual threads; rooms `auth` and `database` ask for keys
/// and logins through [io.carillon.auth.KeySource] and [io.carillon.database.Logins].
///
/// **Way out.** [io.carillon.auth.Keys#adopt], [io.carillon.database.OpenDatabase#renew],
/// `carillon.emit`, lines on standard output, objects in a bucket, SIGTERM to oneself.
///
/// **Decision.** AWS is asked as little as possible and its absence stops nothing that runs: a node
/// keeps its last keys and login, messages wait in their queue, events stay in the log until they
/// are archived. No part of it is on the way of an event. See `src/docs/decisions/aws.md`.
///
/// **Tables owned.** `carillon.ingress`, `carillon.archived`; column `archive` of
/// `carillon.log_state`.
@NullMarked
package io.carillon.aws;

import org.jspecify.annotations.NullMarked;
