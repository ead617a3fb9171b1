package io.carillon.transport.socketio;

import io.carillon.wire.socketio.JsonFields;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/// What a client brings when it enters a namespace: `io(url, { auth: {…} })`, and what the stock
/// client adds to come back. Immutable.
///
/// @param token a JWT
/// @param channels which channels to follow from the start, or null for those that are open to it
/// @param cursor where to go on from, of a read that the page shows, or null
/// @param names how events shall be called, or null for the namespace's way
/// @param pid of the session before, or null
/// @param offset the last position that was seen, or null
record Auth(
        String token,
        @Nullable List<String> channels,
        @Nullable String cursor,
        @Nullable String names,
        @Nullable String pid,
        @Nullable String offset) {

    /// @param json what the client brought, or null
    /// @return its members
    static Auth of(@Nullable String json) {
        try {
            var fields = JsonFields.of(json == null ? "{}" : json);
            var token = fields.text("token");
            return new Auth(
                    token == null ? "" : token,
                    fields.list("channels"),
                    fields.text("cursor"),
                    fields.text("names"),
                    fields.text("pid"),
                    fields.text("offset"));
        } catch (IOException impossible) {
            // The packet's decoder has read it before.
            throw new IllegalArgumentException(impossible);
        }
    }

    /// Without the token and the pid.
    @Override
    public String toString() {
        return "Auth[channels=" + channels + ", names=" + names + "]";
    }
}
