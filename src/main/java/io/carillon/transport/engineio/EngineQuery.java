package io.carillon.transport.engineio;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/// What a request to the engine's path asks for. Judged in the order of the protocol's own server,
/// so that clients get the errors that they expect.
sealed interface EngineQuery {
    /// Open a session by polling.
    record Open() implements EngineQuery {}

    /// Open a session on a WebSocket.
    record OpenSocket() implements EngineQuery {}

    /// Give me what is there for me.
    ///
    /// @param sid the session
    record Poll(String sid) implements EngineQuery {}

    /// Take what I send.
    ///
    /// @param sid the session
    record Post(String sid) implements EngineQuery {}

    /// Let me move to this WebSocket.
    ///
    /// @param sid the session
    record Move(String sid) implements EngineQuery {}

    /// Not a request of the protocol.
    ///
    /// @param error why
    record Wrong(EngineError error) implements EngineQuery {}

    /// @param request to the engine's path
    /// @return what it asks for
    static EngineQuery read(HttpRequest request) {
        var query = new QueryStringDecoder(request.uri(), true).parameters();
        var transport = first(query, "transport");
        var polling = "polling".equals(transport);
        if (!polling && !"websocket".equals(transport)) {
            return new Wrong(EngineError.TRANSPORT);
        }
        var upgrade = request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
        var sid = first(query, "sid");
        if (sid == null || sid.isEmpty()) {
            return open(request, query, polling, upgrade);
        }
        if (polling == upgrade) {
            return new Wrong(EngineError.REQUEST);
        }
        if (upgrade) {
            return new Move(sid);
        }
        if (request.method().equals(HttpMethod.GET)) {
            return new Poll(sid);
        }
        return request.method().equals(HttpMethod.POST)
                ? new Post(sid)
                : new Wrong(EngineError.REQUEST);
    }

    private static EngineQuery open(
            HttpRequest request,
            Map<String, List<String>> query,
            boolean polling,
            boolean upgrade) {
        if (!request.method().equals(HttpMethod.GET)) {
            return new Wrong(EngineError.METHOD);
        }
        if (polling == upgrade) {
            return new Wrong(EngineError.REQUEST);
        }
        if (!"4".equals(first(query, "EIO"))) {
            return new Wrong(EngineError.VERSION);
        }
        return polling ? new Open() : new OpenSocket();
    }

    private static @Nullable String first(Map<String, List<String>> query, String name) {
        var values = query.get(name);
        return values == null ? null : values.getFirst();
    }
}
