package io.carillon.transport.engineio;

/// What runs on an engine: the protocol above Engine.IO. Safe for all threads.
public interface Application {
    /// A client has opened a session. On the session's loop; must not block.
    ///
    /// @param session the way to the client
    /// @return who hears what the client says
    Listener opened(Session session);

    /// The application's end of one session. Everything on the session's loop; must not block.
    interface Listener {
        /// @param message a whole text message
        void text(String message);

        /// @param message a whole binary message; the listener's own
        void binary(byte[] message);

        /// A sign of life; before each message too.
        void heard();

        /// More can be written again.
        void writable();

        /// Called about once a second, for deadlines.
        ///
        /// @param nanos [System#nanoTime]
        void tick(long nanos);

        /// The session has ended; nothing can be sent any more. Called once.
        void closed();
    }
}
