package io.carillon.presence;

import io.carillon.identity.Principal;

import java.util.concurrent.Executor;

/// A connection that has come in.
///
/// @param id unique on this node
/// @param principal who it is
/// @param transport how it is connected
/// @param stay how long it means to stay
/// @param loop where the follower is told
/// @param follower who is told
public record Guest(
        String id,
        Principal principal,
        String transport,
        Stay stay,
        Executor loop,
        Follower follower) {

    /// How long a connection means to stay.
    public enum Stay {
        /// Until it is closed; it is in the registry.
        OPEN,
        /// For one answer, as a poll: it is not in the registry, and its user counts as there for
        /// longer after it.
        BRIEF
    }
}
