/// Token → principal → may it?
///
/// **Way in.** A transport or a REST filter brings a token ([Tokens]), a ticket ([Tickets]), an
/// `Origin` header ([Origins]) or a principal and a channel ([ChannelRules]).
///
/// **Way out.** Sealed results: [Admission] (who it is) and [Access] (whether it may), refusals
/// with a [Refusal] code.
///
/// **Decision.** Tenants come from validated tokens and from nowhere else. See
/// `src/docs/decisions/token-validation.md` and `src/docs/decisions/tickets.md`; the page for users
/// is `src/docs/security.md`.
///
/// **Tables owned.** `carillon.ticket`. Reads `carillon.channel_rule`.
@NullMarked
package io.carillon.auth;

import org.jspecify.annotations.NullMarked;
