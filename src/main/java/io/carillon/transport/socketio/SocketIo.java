package io.carillon.transport.socketio;

import io.carillon.transport.engineio.Application;
import io.carillon.transport.engineio.EngineFraming;
import io.carillon.transport.engineio.Session;
import io.carillon.wire.socketio.PacketEncoder;

import java.time.Duration;

/// Socket.IO 5 on an engine: makes a [Client] of each session. Immutable, safe for all threads.
public final class SocketIo implements Application {
    final Namespaces namespaces;
    final Duration connectTimeout;
    final int maxNamespaces;
    final PacketEncoder encoder = new PacketEncoder(new EngineFraming());

    /// @param namespaces what stands behind them
    /// @param connectTimeout how long a client may be in no namespace
    /// @param maxNamespaces in how many it may be
    public SocketIo(Namespaces namespaces, Duration connectTimeout, int maxNamespaces) {
        this.namespaces = namespaces;
        this.connectTimeout = connectTimeout;
        this.maxNamespaces = maxNamespaces;
    }

    @Override
    public Listener opened(Session session) {
        return new Client(this, session);
    }
}
