package io.carillon.module.tickets;

import io.carillon.module.PageToken;
import io.carillon.module.Refused;

import org.jspecify.annotations.Nullable;

/// Numbers that come as text.
final class Numbers {
    private Numbers() {}

    /// For lists by number, oldest first.
    ///
    /// @param token of `?after=`
    /// @return rows with larger ids follow; 0 for the first page
    static long after(@Nullable String token) {
        return PageToken.decode(token, 1) == null ? 0 : PageToken.before(token);
    }

    /// @param text of a body or a query
    /// @param what e.g. `queue_service`, for the refusal
    /// @return the number
    static long id(String text, String what) {
        if (!text.matches("[0-9]{1,18}")) {
            throw Refused.missing(what);
        }
        return Long.parseLong(text);
    }
}
