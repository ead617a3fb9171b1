package io.carillon.transport.socketio;

import io.carillon.hub.Format;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How a client that may enter begins. Made on a virtual thread, immutable.
///
/// @param channels what it follows when it begins afresh
/// @param cursor where it goes on from then, or null for from now on
/// @param format how events are written for it
/// @param audience whether it is told who is there in the tenant, when it begins afresh
/// @param begun the fingerprint of these channels
/// @param again how it goes on with the session before, or null
record Plan(
        List<String> channels,
        @Nullable String cursor,
        Format format,
        Audience audience,
        int begun,
        @Nullable Again again) {

    /// How a session is gone on with, unless something cannot be told: then it begins afresh.
    ///
    /// @param before the session
    /// @param pid its text
    /// @param channels what was followed
    /// @param cursor where it goes on from
    /// @param audience whether it was told who is there in the tenant
    /// @param row whether it has a row in the table
    /// @param stint of the connection that begins now: larger than those before
    /// @param received the last join that the client has received for sure, see [Joins]
    record Again(
            Pid before,
            String pid,
            List<String> channels,
            String cursor,
            Audience audience,
            Row row,
            long stint,
            long received) {}

    /// Whether the client may, and shall, know who is there.
    enum Audience {
        NOBODY,
        TENANT
    }

    /// Whether there is a row for the session.
    enum Row {
        NONE,
        KEPT
    }
}
