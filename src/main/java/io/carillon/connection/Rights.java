package io.carillon.connection;

import io.carillon.auth.Access;
import io.carillon.auth.Admission;
import io.carillon.identity.Principal;

import java.time.Instant;

/// What a connection asks about rights: a seam, so that recovery and commands can be tested without
/// tokens and tables. Everything may block but [#deadline], [#revoked]
/// and [#changes].
interface Rights {
    /// @param token as the client sent it
    /// @return whose it is, or why not
    Admission principal(String token);

    /// @param principal of a valid token
    /// @return when its connection must have been refreshed
    Instant deadline(Principal principal);

    /// Grows with every change of rights that this node is told of. Whoever has asked about rights,
    /// and finds that it has grown meanwhile, asks once more.
    ///
    /// @return a number; never blocks
    long changes();

    /// @param principal of a token that was valid when it came
    /// @return whether it was revoked since; never blocks
    boolean revoked(Principal principal);

    /// @param principal who asks
    /// @param channel what for
    /// @return whether it may follow the channel
    Access subscribe(Principal principal, String channel);

    /// @param channel what for
    /// @return whether those who may follow the channel may see who else does; never blocks
    default boolean presence(String channel) {
        return false;
    }

    /// @param principal who asks
    /// @param channel what for
    /// @return whether it may publish ephemeral events there
    Access publish(Principal principal, String channel);
}
