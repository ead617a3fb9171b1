/// Two made-up companies to try everything with.
///
/// **Way in.** `GET /api/demo/users`, `POST /api/demo/token`, in development only: in production
/// none of this room's beans exists, and a production node that is told to have them refuses to
/// start.
///
/// **Way out.** Ordinary tokens, signed with the development secret; nothing in the product knows
/// demo users.
///
/// **Decision.** Demo tokens are real tokens rather than a way round them, so that whoever tries
/// the product tries the way that is used later.
///
/// **Tables owned.** None.
@NullMarked
package io.carillon.demo;

import org.jspecify.annotations.NullMarked;
