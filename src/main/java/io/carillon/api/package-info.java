/// HTTP for back ends, pages and administration: `/api`.
///
/// **Way in.** REST requests that passed micronaut-security, [CrossOrigin] first.
///
/// **Way out.** Answers in JSON; everything that goes wrong is one [Problem] with a code.
///
/// **Decision.** Errors are `application/problem+json` (RFC 9457) with a `code` for programs, made
/// in one place, for the framework's own errors too. Cross-origin rules are ours rather than the
/// framework's, so that REST, polls, streams and upgrades go by the same list.
///
/// **Tables owned.** None.
@NullMarked
package io.carillon.api;

import org.jspecify.annotations.NullMarked;
