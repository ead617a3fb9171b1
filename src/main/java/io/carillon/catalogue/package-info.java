/// Event types: what they are called, where they go, who may see them, what is in them.
///
/// **Way in.** One YAML file per module under `src/main/resources/catalogue`, named in `index.yaml`
/// there; any program can read them. [Catalogue#load] reads them at start, and refuses a file that
/// contradicts itself.
///
/// **Way out.** [Catalogue#judge] (is this payload what the type says?), [Inspection] (what is not
/// goes out as `carillon.invalid` and is counted), [SocketEvents] (names and arguments for
/// Socket.IO clients), and what is generated: [AsyncApi], [TypeScript], [SqlChecks].
///
/// **Decision.** YAML rather than Java records or annotations, because the web client, the
/// documents and other back ends read the same source; JSON Schema rather than a notation of ours,
/// because validators exist. Generated files are committed and a test fails when they are stale, so
/// that a change of the catalogue is seen in review as what it does to clients. Types are matched
/// together with their channel: a user's own table may have events of the same name elsewhere.
///
/// **Tables owned.** None.
@NullMarked
package io.carillon.catalogue;

import org.jspecify.annotations.NullMarked;
