/// Two made-up companies to try everything with, and a table of theirs that is live.
///
/// **Way in.** At start [NoteTable]; then `GET /api/demo/stage`, `/api/demo/users`,
/// `/api/demo/clock`, `POST /api/demo/token`, and `/api/demo/notes` with a token; the page at `/`
/// uses them. In development only: in production none of this room's beans exists, and a production
/// node that is told to have them refuses to start.
///
/// **Way out.** Ordinary tokens, signed with the development secret, and ordinary rows of an
/// ordinary table; nothing in the product knows demo users or notes.
///
/// **Decision.** Demo tokens are real tokens rather than a way round them, and the table is one
/// that `carillon.watch` made live rather than a special case, so that whoever tries the product
/// tries the way that is used later. It is no migration: schema `carillon` in production must not
/// carry it. The owner of schema `carillon` owns it, not the runtime role (row security would not
/// hold for an owner) and not the login (a superuser in the newcomer's case, and functions with its
/// rights would be generated).
///
/// **Tables owned.** `demo.note`.
@NullMarked
package io.carillon.demo;

import org.jspecify.annotations.NullMarked;
