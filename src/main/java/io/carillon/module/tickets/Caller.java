package io.carillon.module.tickets;

import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

/// Who asks: somebody with a token, or a screen.
sealed interface Caller {
    /// @return its tenant and its name
    Principal principal();

    /// @param principal of the token
    record Person(Principal principal) implements Caller {}

    /// @param principal of the device key, or of all screens without one
    /// @param kind totem or display, as it was paired; null without a key
    record Screen(Principal principal, @Nullable String kind) implements Caller {}
}
