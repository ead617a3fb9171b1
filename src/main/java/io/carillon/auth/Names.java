package io.carillon.auth;

import java.nio.charset.StandardCharsets;

/// What the names of tenants, users and channels are made of.
final class Names {
    private Names() {}

    /// Text that Postgres keeps as it stands: half a surrogate pair would become a question mark
    /// there, and so another name.
    ///
    /// @param name a name
    /// @return whether it has no control characters and can be written in UTF-8
    static boolean clean(String name) {
        return name.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(name);
    }
}
