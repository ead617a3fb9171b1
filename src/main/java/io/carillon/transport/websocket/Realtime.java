package io.carillon.transport.websocket;

import io.carillon.auth.Admission;
import io.carillon.auth.Origins;
import io.carillon.auth.Tickets;
import io.carillon.auth.Tokens;
import io.carillon.connection.Connection;
import io.carillon.connection.OpenConnections;
import io.carillon.connection.Services;
import io.carillon.hub.Hub;
import io.carillon.identity.NodeId;
import io.carillon.transport.TransportSettings;
import io.carillon.wire.Framing;
import io.carillon.wire.json.JsonFormat;
import io.carillon.wire.json.MessageEncoder;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.EventExecutor;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLong;

/// What all connections of `/realtime` share. Safe for all threads.
@Singleton
final class Realtime {
    /// The path that is taken out of Micronaut's pipeline.
    static final String PATH = "/realtime";

    private static final int RADIX = 36;

    final TransportSettings settings;
    final Terms terms;
    final JsonFormat format;
    final MessageEncoder messages;

    private final Hub hub;
    private final Services services;
    private final OpenConnections connections;
    private final Origins origins;
    private final Tokens tokens;
    private final Tickets tickets;
    private final String node;
    private final AtomicLong numbers = new AtomicLong();

    Realtime(
            TransportSettings settings,
            Hub hub,
            Services services,
            OpenConnections connections,
            Origins origins,
            Tokens tokens,
            Tickets tickets,
            NodeId node) {
        this.settings = settings;
        this.hub = hub;
        this.services = services;
        this.connections = connections;
        this.origins = origins;
        this.tokens = tokens;
        this.tickets = tickets;
        this.node = node.value().substring(0, 8);
        Framing framing = new WebSocketFraming();
        format = new JsonFormat(framing);
        messages = new MessageEncoder(framing);
        terms = Terms.of(settings.maxMessage(), settings.writeBuffer(), settings.closeTimeout());
    }

    /// @return the request's handshake, or why there is none
    Handshake judge(HttpRequest request) {
        var headers = request.headers();
        if (!origins.allowed(
                headers.get(HttpHeaderNames.ORIGIN), headers.get(HttpHeaderNames.HOST))) {
            return new Handshake.Unacceptable(
                    403,
                    "origin_forbidden",
                    "this page's origin is not allowed: list it in carillon.auth.origins");
        }
        var handshake = Handshake.read(request);
        return handshake instanceof Handshake.Acceptable && !connections.welcome()
                ? new Handshake.Unacceptable(
                        503, "unavailable", "this node takes no connections now: try again")
                : handshake;
    }

    /// Attaches a client to its lane. On the channel's event loop.
    Connection attach(
            EventExecutor loop, RealtimeClient outlet, Handshake.@Nullable Credential brought) {
        var id = node + "-" + Long.toString(numbers.incrementAndGet(), RADIX);
        var connection = new Connection(services, hub.lane(loop), outlet, id, null);
        if (brought != null) {
            connection.introduce(() -> admission(brought));
        }
        return connection;
    }

    private Admission admission(Handshake.Credential brought) {
        return switch (brought.kind()) {
            case TICKET -> tickets.redeem(brought.text(), Tickets.Kind.ONCE);
            case TOKEN -> tokens.principal(brought.text());
        };
    }
}
