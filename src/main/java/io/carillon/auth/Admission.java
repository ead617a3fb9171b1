package io.carillon.auth;

import io.carillon.identity.Principal;

/// Who brought this token or ticket: the answer of [Tokens] and [Tickets].
public sealed interface Admission {
    /// Let in.
    ///
    /// @param principal who it is
    record Valid(Principal principal) implements Admission {}

    /// Not let in.
    ///
    /// @param code why
    /// @param message what to do about it, one line, without any part of the token; may be shown to
    ///     the client
    record Refused(Refusal code, String message) implements Admission {}
}
