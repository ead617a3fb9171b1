package io.carillon.transport.engineio;

import io.carillon.auth.Origins;
import io.carillon.identity.NodeId;
import io.carillon.transport.websocket.Terms;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// One Engine.IO server: a path, its sessions, and what runs on it. Safe for all threads.
public final class Engine {
    final String path;
    final EngineSettings settings;
    final Terms terms;
    final Application application;
    final SessionIds ids;
    private final Origins origins;
    private final BooleanSupplier welcome;
    private final Relay relay;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Map<EventLoop, Beat> beats = new ConcurrentHashMap<>();

    /// @param path with slashes at both ends
    /// @param settings sizes and times
    /// @param terms of its WebSockets; their largest message is the settings'
    /// @param door whom it lets in
    /// @param application what runs on it
    public Engine(
            String path, EngineSettings settings, Terms terms, Door door, Application application) {
        this.path = path;
        this.settings = settings;
        this.terms = terms;
        this.application = application;
        this.ids = new SessionIds(door.node);
        this.origins = door.origins;
        this.welcome = door.welcome;
        this.relay = door.relay;
    }

    /// Whom an engine lets in, and who it is.
    ///
    /// @param node this node
    /// @param origins which pages may come
    /// @param welcome whether new sessions may be opened now
    /// @param relay the way to sessions of other nodes
    public record Door(NodeId node, Origins origins, BooleanSupplier welcome, Relay relay) {}

    /// @return how many sessions began with polling and are here; any thread
    public int sessions() {
        return sessions.size();
    }

    /// @param sid what a client or another node says
    /// @return the session of that name that began with polling on this node, or null
    public @Nullable Session find(String sid) {
        return sessions.get(sid);
    }

    boolean welcome() {
        return welcome.getAsBoolean();
    }

    boolean allowed(@Nullable String origin, @Nullable String host) {
        return origins.allowed(origin, host);
    }

    Relay relay() {
        return relay;
    }

    void enter(String sid, Session session) {
        sessions.put(sid, session);
    }

    void leave(String sid) {
        sessions.remove(sid);
    }

    Beat beat(EventLoop loop) {
        return beats.computeIfAbsent(loop, one -> new Beat(one, settings));
    }
}
