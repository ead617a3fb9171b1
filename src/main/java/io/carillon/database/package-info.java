/// Postgres: where it is (embedded or given), that it is right, which role works, schema, pool,
/// transactions.
///
/// **Way in.** At start [DatabaseBeans] calls [DatabaseStart], which looks ([Preflight]), settles
/// who works as whom ([RoleSetup]), migrates ([Migrations]), checks the role ([RoleCheck]) and
/// opens the pool. Afterwards every room comes in through [Database]: `read`, `readAt`, `write`,
/// `open`.
///
/// **Way out.** A committed transaction's value; [DatabaseUnavailable] when Postgres cannot be
/// asked, [StatementFailed] when it refuses; `ConfigurationException` with one readable line at
/// start.
///
/// **Decision.** Flyway and HikariCP are used directly, and the running product never works as
/// superuser or owner. See `src/docs/decisions/embedded-postgres.md`, `roles-and-logins.md` and
/// `flyway-and-hikari.md` there; `src/docs/postgres.md` is the page for operators.
///
/// **Tables owned.** `carillon.schema_history`; the schemas and roles themselves.
@NullMarked
package io.carillon.database;

import org.jspecify.annotations.NullMarked;
