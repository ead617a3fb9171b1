/// How much a tenant and a user may have: connections, subscriptions, commands, ephemeral events.
///
/// **Way in.** Settings ([io.carillon.limit.LimitSettings]) and rows of `carillon.tenant_limit`,
/// which room `control` has read again when one changes. Whoever spends asks
/// [io.carillon.limit.Limits] for the tenant's [io.carillon.limit.Usage] and takes from it.
///
/// **Way out.** Yes or no, at once, and a count of every no by [io.carillon.limit.LimitKind] and
/// class of tenant. What a no means to a client is said by who asked: a coded error, a close code,
/// a status with `Retry-After`.
///
/// **Decision.** Everything is counted in this node's memory, for a limit that asks a table is slow
/// for all or late for some. Connections of a tenant are limited over all nodes by shares: each of
/// n nodes lets in the n-th part, rounded up. So with a steady number of nodes a tenant has at most
/// n − 1 connections more than its limit, and with connections that are spread unevenly it is
/// refused earlier. What belongs to one user, and rates, are limited on each node alone: a share of
/// a small number would refuse a user's third tab. The road not taken, counting rows of
/// `carillon.connection`, lags by seconds, in which a storm has long come in.
///
/// A room of its own, below `connection`, `log` and `presence`, which all spend; the architecture's
/// table has none for it.
///
/// **Tables owned.** `carillon.tenant_limit`.
@NullMarked
package io.carillon.limit;

import org.jspecify.annotations.NullMarked;
