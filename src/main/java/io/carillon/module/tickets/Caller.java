package io.carillon.module.tickets;

import io.carillon.identity.Principal;

/// Who asks: somebody with a token, or a screen.
sealed interface Caller {
    /// @return its tenant and its name
    Principal principal();

    /// @param principal of the token
    record Person(Principal principal) implements Caller {}

    /// @param principal of the device key, or of all screens without one
    record Screen(Principal principal) implements Caller {}
}
