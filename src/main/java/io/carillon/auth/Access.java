package io.carillon.auth;

/// Whether a principal may do something with a channel: the answer of [ChannelRules].
public sealed interface Access {
    /// It may.
    record Allowed() implements Access {}

    /// It may not, or not now ([Refusal#retry] of the code).
    ///
    /// @param code why
    /// @param message one line; may be shown to the client
    record Forbidden(Refusal code, String message) implements Access {}
}
