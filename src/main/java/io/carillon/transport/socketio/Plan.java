package io.carillon.transport.socketio;

import io.carillon.hub.Format;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How a client that may enter begins. Made on a virtual thread, immutable.
///
/// @param channels what it follows from the start
/// @param cursor where it goes on from, or null for from now on
/// @param before the session that it goes on with, or null when it begins afresh
/// @param pid that session's text
/// @param joined whether that session has a row in the table
/// @param format how events are written for it
/// @param audience whether it is told who is there in the tenant
/// @param begun the fingerprint of the channels that it began, or would begin, with
record Plan(
        List<String> channels,
        @Nullable String cursor,
        @Nullable Pid before,
        @Nullable String pid,
        Row joined,
        Format format,
        Audience audience,
        int begun) {

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
