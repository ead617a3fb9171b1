package io.carillon.transport.socketio;

import org.jspecify.annotations.Nullable;

/// What stands behind the namespaces of a Socket.IO server. Safe for all threads.
public interface Namespaces {
    /// A client asks to enter. On the session's loop; must not block. The attachment answers, now
    /// or later, with [Client#admit] or [Client#refuse].
    ///
    /// @param client who asks
    /// @param namespace where to; begins with a slash
    /// @param auth what the client brought, a JSON object, or null; there is a token in it
    /// @return the server's end, or null when there is no such namespace
    @Nullable Attachment enter(Client client, String namespace, @Nullable String auth);
}
