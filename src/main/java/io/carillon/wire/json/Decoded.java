package io.carillon.wire.json;

import io.carillon.connection.Command;
import io.carillon.connection.ErrorCode;

import org.jspecify.annotations.Nullable;

/// What a client's message says: the answer of [CommandDecoder].
public sealed interface Decoded {
    /// A command whose syntax is right.
    ///
    /// @param command what the client asks for
    record Understood(Command command) implements Decoded {}

    /// Not a command.
    ///
    /// @param id the command's id, or null when it could not be read
    /// @param code why
    /// @param detail what exactly, for people
    record Refused(@Nullable Long id, ErrorCode code, String detail) implements Decoded {}

    /// The bytes are no UTF-8.
    record NotText() implements Decoded {}
}
