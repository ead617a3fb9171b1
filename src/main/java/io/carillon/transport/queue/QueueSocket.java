package io.carillon.transport.queue;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpRequestWrapper;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.websocket.WebSocketSession;
import io.micronaut.websocket.annotation.OnClose;
import io.micronaut.websocket.annotation.OnError;
import io.micronaut.websocket.annotation.OnMessage;
import io.micronaut.websocket.annotation.OnOpen;
import io.micronaut.websocket.annotation.ServerWebSocket;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Objects;
import java.util.function.Consumer;

/// `/ws/{tenant}/{clientType}`: makes a [QueueClient] of each WebSocket and hands it what comes.
/// Everything happens on the channel's event loop; nothing blocks.
@ServerWebSocket("/ws/{tenant}/{clientType}")
@Secured(SecurityRule.IS_ANONYMOUS)
final class QueueSocket {
    private static final Logger LOG = LoggerFactory.getLogger(QueueSocket.class);
    private static final String CLIENT = "carillon.client";

    private final QueueClients clients;

    QueueSocket(QueueClients clients) {
        this.clients = clients;
    }

    @OnOpen
    void opened(
            String tenant, String clientType, HttpRequest<?> request, WebSocketSession session) {
        // QueueDoor has looked at the path.
        var type = Objects.requireNonNull(ClientType.of(clientType));
        var query = request.getParameters();
        var visit =
                new QueueClients.Visit(
                        tenant, type, credential(request, type), query.get("cursor"));
        var client = clients.client(channel(request), visit);
        session.put(CLIENT, client);
        client.start();
    }

    private static @Nullable Credential credential(HttpRequest<?> request, ClientType type) {
        var query = request.getParameters();
        var bearer = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        if (bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return new Credential.Token(bearer.substring(7).strip());
        }
        var key = request.getHeaders().get(QueueClients.KEY);
        if (key != null) {
            return new Credential.Key(key);
        }
        var ticket = query.get("ticket");
        if (ticket != null) {
            return new Credential.Ticket(ticket);
        }
        var token = query.get("token");
        if (token != null) {
            return new Credential.AddressToken(token);
        }
        return type.screen() && !"message".equals(query.get("auth"))
                ? new Credential.Nothing()
                : null;
    }

    @OnMessage(maxPayloadLength = Wire.LARGEST)
    void message(String text, WebSocketSession session) {
        with(session, client -> client.said(text));
    }

    @OnClose
    void closed(WebSocketSession session) {
        with(session, QueueClient::gone);
    }

    @OnError
    void failed(WebSocketSession session, Throwable fault) {
        LOG.debug("a client of the queue is closed", fault);
        with(session, QueueClient::failed);
    }

    private static void with(WebSocketSession session, Consumer<QueueClient> action) {
        session.get(CLIENT, QueueClient.class).ifPresent(action);
    }

    /// Filters may have wrapped the server's request.
    private static Channel channel(HttpRequest<?> request) {
        var inner = request;
        while (inner instanceof HttpRequestWrapper<?> wrapper) {
            inner = wrapper.getDelegate();
        }
        return ((NettyHttpRequest<?>) inner).getChannelHandlerContext().channel();
    }
}
