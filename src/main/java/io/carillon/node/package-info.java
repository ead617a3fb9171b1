/// Start order, readiness, drain, stop.
///
/// **Way in.** `main` of [Carillon]; signals, which [Departure] obeys.
///
/// **Way out.** A running node, or one line on standard error and exit code 1.
///
/// **Decision.** Configuration is judged at start and said in one line; see
/// `src/docs/decisions/flyway-and-hikari.md`.
///
/// **Tables owned.** None.
@NullMarked
package io.carillon.node;

import org.jspecify.annotations.NullMarked;
