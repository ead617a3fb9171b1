/// Nodes asking each other, authenticated.
///
/// **Way in.** A room asks ([io.carillon.peer.Peers#ask]); a room that answers declares a bean that
/// implements [io.carillon.peer.Answerer]. **Way out.** One HTTP request to `/peer/…` at the other
/// node's address, and a [io.carillon.peer.Reply].
///
/// **Decision.** Requests go to the public port: one listener, one address in the registry, one
/// rule in a firewall; without a valid signature they are refused before their body is read, and
/// `infra/` shows how a balancer keeps them out altogether. A port of its own would need a second
/// address, a second certificate and a second rule for the same protection. The signature is an
/// HMAC over method, path (which names the node that is asked), body, wait, time and nonce; the
/// answer is signed too, over the question's nonce, because the address of a node that died may be
/// another program's by now. Confidentiality is TLS's, not ours: between nodes without it, answers
/// can be read on the way, as SQL can. The road not taken, messages through Postgres, costs every
/// answer two commits and a look. `src/docs/decisions/peers.md` has more.
///
/// The key comes from `carillon.peer.secret` or from the database, which is why this room knows
/// `database`, and `auth` for what counts as a weak secret.
///
/// **Tables owned.** `carillon.peer_key`.
@NullMarked
package io.carillon.peer;

import org.jspecify.annotations.NullMarked;
