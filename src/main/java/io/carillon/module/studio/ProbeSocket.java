package io.carillon.module.studio;

import io.carillon.auth.BearerAuthentication;
import io.carillon.auth.Origins;
import io.carillon.auth.Tokens;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.json.JsonMapper;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.websocket.CloseReason;
import io.micronaut.websocket.WebSocketSession;
import io.micronaut.websocket.annotation.OnClose;
import io.micronaut.websocket.annotation.OnError;
import io.micronaut.websocket.annotation.OnMessage;
import io.micronaut.websocket.annotation.OnOpen;
import io.micronaut.websocket.annotation.ServerWebSocket;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;

import jakarta.annotation.PreDestroy;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The WebSocket of probes: batches in ([Batch], one JSON text each), a receipt or a problem out
/// for each, in order.
///
/// The token comes in the `Authorization` header of the upgrade and is looked at again with every
/// batch: when it has ended or was revoked, the connection is closed (4401) and the probe comes
/// back with a new one. At most `carillon.studio.unacknowledged` batches wait ([ProbeLine]); who
/// sends more is closed (4429). A message has at most 128 KB, more closes with 1009.
@ServerWebSocket("/api/studio/probe")
@Secured(SecurityRule.IS_AUTHENTICATED)
class ProbeSocket {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeSocket.class);

    /// The largest message.
    static final int LARGEST = 128 * 1024;

    private static final String LINE = "carillon.studio.line";

    private final Feed feed;
    private final Tokens tokens;
    private final Origins origins;
    private final JsonMapper json;
    private final StudioSettings settings;
    private final Set<ProbeLine> lines = ConcurrentHashMap.newKeySet();

    ProbeSocket(
            Feed feed, Tokens tokens, Origins origins, JsonMapper json, StudioSettings settings) {
        this.feed = feed;
        this.tokens = tokens;
        this.origins = origins;
        this.json = json;
        this.settings = settings;
    }

    @OnOpen
    void opened(WebSocketSession session, HttpRequest<?> request) {
        var headers = request.getHeaders();
        var token = BearerAuthentication.token(request);
        if (token == null
                || !origins.allowed(
                        headers.getOrigin().orElse(null), headers.get(HttpHeaders.HOST))) {
            session.close(CloseReason.POLICY_VIOLATION);
            return;
        }
        var line = new ProbeLine(session, feed, () -> tokens.principal(token), json, settings);
        lines.add(line);
        session.put(LINE, line);
        line.start();
    }

    @OnMessage(maxPayloadLength = LARGEST)
    void message(String text, WebSocketSession session) {
        var line = line(session);
        if (line != null) {
            line.offer(text);
        }
    }

    @OnClose
    void closed(WebSocketSession session) {
        var line = line(session);
        if (line != null) {
            line.end();
            lines.remove(line);
        }
    }

    /// A message too large, for instance.
    @OnError
    void failed(WebSocketSession session, Throwable fault) {
        LOG.debug("a probe is closed", fault);
        closed(session);
        session.close(
                fault instanceof CorruptedWebSocketFrameException
                        ? CloseReason.MESSAGE_TO_BIG
                        : CloseReason.INTERNAL_ERROR);
    }

    /// The node goes: probes go to another one and send again what has no receipt.
    @PreDestroy
    void leave() {
        lines.forEach(ProbeLine::leave);
    }

    private static @Nullable ProbeLine line(WebSocketSession session) {
        return session.get(LINE, ProbeLine.class).orElse(null);
    }
}
