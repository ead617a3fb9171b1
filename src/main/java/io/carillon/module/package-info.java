/// What the domain modules share; each module is a package below, and none knows another.
///
/// **Way in.** REST under `/api`: a controller takes a [io.carillon.identity.Principal] or a
/// [io.carillon.database.Writer], reads and writes through [Store], creates through [Creations].
///
/// **Way out.** Rows of schema `carillon_app`, whose watched tables and `carillon.emit` make events
/// in the same transaction; answers with `Carillon-Cursor`; refusals as [Refused].
///
/// **Decision.** Modules speak to each other by events only, so each can be read, tested and left
/// out by itself. Repositories of micronaut-data run on the connection of
/// [io.carillon.database.Database]'s transactions; the framework's own `@Transactional` is not
/// used, since it knows neither tenants nor cursors. A refusal deep inside a transaction is an
/// exception ([Refused]), not a sealed result, because it must also roll back. What a transaction
/// wrote to the log is checked against the catalogue before it commits, whatever wrote it: code,
/// trigger or watched table. Rows are told by REST with the very members that their events have.
///
/// **Tables owned.** `carillon_app.idempotency_key`; each module its own.
@NullMarked
package io.carillon.module;

import org.jspecify.annotations.NullMarked;
