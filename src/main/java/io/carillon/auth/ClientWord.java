package io.carillon.auth;

import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

/// An ephemeral event of clients that a module takes up where the channel's rule lets nobody
/// publish: typing, for instance. The module says who may, and tells it in its own words, so
/// nothing in it can be forged.
///
/// Beans; asked by room `connection` after the rule said no. Safe for all threads.
public interface ClientWord {
    /// @param channel where to
    /// @param type of the event
    /// @return whether it is this module's; never blocks
    boolean takes(String channel, String type);

    /// Tells it, or says why not. Blocks.
    ///
    /// @param who of a valid token
    /// @param channel where to
    /// @param type of the event
    /// @param data what the client sent with it: JSON, or null
    /// @return [Access.Allowed] when it is told
    Access say(Principal who, String channel, String type, @Nullable String data);
}
