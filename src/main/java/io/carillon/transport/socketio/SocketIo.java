package io.carillon.transport.socketio;

import io.carillon.transport.engineio.Application;
import io.carillon.transport.engineio.EngineFraming;
import io.carillon.transport.engineio.Session;
import io.carillon.wire.socketio.PacketEncoder;

import java.time.Duration;

/// Socket.IO 5 on an engine: makes a [Client] of each session. Immutable, safe for all threads.
public final class SocketIo implements Application {
    final Namespaces namespaces;
    final Limits limits;
    final PacketEncoder encoder = new PacketEncoder(new EngineFraming());

    /// What a client may do before it is anybody.
    ///
    /// @param connectTimeout how long it may be in no namespace
    /// @param maxNamespaces in how many it may be, or ask to be, at the same time
    /// @param connectRate how many it may ask to enter per second, for long
    /// @param connectBurst how many at once
    public record Limits(
            Duration connectTimeout, int maxNamespaces, int connectRate, int connectBurst) {}

    /// @param namespaces what stands behind them
    /// @param limits of each client
    public SocketIo(Namespaces namespaces, Limits limits) {
        this.namespaces = namespaces;
        this.limits = limits;
    }

    @Override
    public Listener opened(Session session) {
        return new Client(this, session);
    }
}
