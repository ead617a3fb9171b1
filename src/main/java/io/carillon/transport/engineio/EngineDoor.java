package io.carillon.transport.engineio;

import io.carillon.transport.websocket.FrameHandler;
import io.carillon.transport.websocket.Handshake;
import io.carillon.transport.websocket.Upgrade;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

/// Takes the requests of an engine's path out of the HTTP pipeline and passes everything else on.
///
/// One per HTTP channel, gone when that becomes a WebSocket. While one of its requests is
/// unanswered no other may come over the same channel: whoever pipelines is closed. Reads on
/// meanwhile, so that a poll that was cancelled is noticed at once.
public final class EngineDoor extends ChannelInboundHandlerAdapter {
    private final Engine engine;
    private @Nullable HttpRequest request;
    private @Nullable ByteBuf body;
    private boolean tooLarge;
    private boolean unanswered;

    /// @param engine behind the door
    public EngineDoor(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest next) {
            request = ours(next) ? next : null;
        }
        var current = request;
        if (current == null) {
            context.fireChannelRead(message);
            return;
        }
        try {
            if (unanswered) {
                context.close();
                return;
            }
            if (message instanceof HttpContent content) {
                collect(content.content());
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
        if (message instanceof LastHttpContent) {
            request = null;
            serve(context, current);
        }
    }

    private boolean ours(HttpRequest next) {
        var uri = next.uri();
        var end = engine.path.length();
        return next.decoderResult().isSuccess()
                && uri.startsWith(engine.path)
                && (uri.length() == end || uri.charAt(end) == '?');
    }

    private void collect(ByteBuf part) {
        if (!part.isReadable() || tooLarge) {
            return;
        }
        var before = body;
        if (before == null) {
            before = Unpooled.buffer(part.readableBytes());
            body = before;
        }
        if (before.readableBytes() + part.readableBytes() > engine.settings.maxPayload()) {
            tooLarge = true;
        } else {
            before.writeBytes(part);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if ((unanswered || request != null) && !context.channel().config().isAutoRead()) {
            context.read();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        forgetBody();
    }

    private void forgetBody() {
        if (body != null) {
            body.release();
            body = null;
        }
        tooLarge = false;
    }

    private void serve(ChannelHandlerContext context, HttpRequest current) {
        var headers = current.headers();
        var origin = headers.get(HttpHeaderNames.ORIGIN);
        var allowed = engine.allowed(origin, headers.get(HttpHeaderNames.HOST));
        var exchange =
                new HttpExchange(
                        context,
                        allowed ? origin : null,
                        HttpUtil.isKeepAlive(current) && !tooLarge,
                        () -> unanswered = false);
        unanswered = true;
        if (!allowed) {
            Polling.refuse(exchange, EngineError.FORBIDDEN);
        } else if (tooLarge) {
            Polling.refuse(exchange, EngineError.TOO_LARGE);
        } else if (current.method().equals(HttpMethod.OPTIONS)) {
            exchange.preflight(headers.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS));
        } else {
            serve(context, current, exchange);
        }
        forgetBody();
    }

    private void serve(ChannelHandlerContext context, HttpRequest current, Exchange exchange) {
        var query = EngineQuery.read(current);
        var opens = query instanceof EngineQuery.Open || query instanceof EngineQuery.OpenSocket;
        if (opens && !engine.welcome()) {
            Polling.refuse(exchange, EngineError.UNAVAILABLE);
            return;
        }
        switch (query) {
            case EngineQuery.Wrong(var error) -> Polling.refuse(exchange, error);
            case EngineQuery.Open() -> new Session(engine, loop(context)).begin(exchange);
            case EngineQuery.OpenSocket() -> {
                var session = new Session(engine, loop(context));
                upgrade(context, current, exchange, new FrameHandler(engine.terms, session));
            }
            case EngineQuery.Poll(var sid) -> continued(sid, Relay.Kind.POLL, exchange);
            case EngineQuery.Post(var sid) -> {
                var type = current.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
                if (type.startsWith("application/octet-stream")) {
                    Polling.refuse(exchange, EngineError.REQUEST);
                } else {
                    continued(sid, Relay.Kind.POST, exchange);
                }
            }
            case EngineQuery.Move(var sid) -> {
                var session = engine.find(sid);
                if (session == null) {
                    Polling.refuse(exchange, EngineError.SESSION);
                } else {
                    move(context, current, exchange, session);
                }
            }
        }
    }

    private void continued(String sid, Relay.Kind kind, Exchange exchange) {
        var session = engine.find(sid);
        var sent = body == null ? Unpooled.EMPTY_BUFFER : body;
        body = null;
        if (session != null) {
            hand(session, kind, sent, exchange);
            return;
        }
        var owner = engine.ids.elsewhere(sid);
        if (owner == null) {
            sent.release();
            Polling.refuse(exchange, EngineError.SESSION);
        } else {
            engine.relay().relay(owner, new Relay.Request(sid, kind), sent, exchange);
        }
    }

    /// Hands a request to a session of this node. Any thread.
    ///
    /// @param session whose it is
    /// @param kind what is wanted
    /// @param body what was sent; released here
    /// @param exchange the way to the answer
    public static void hand(Session session, Relay.Kind kind, ByteBuf body, Exchange exchange) {
        session.loop()
                .execute(() -> {
                    try {
                        switch (kind) {
                            case POLL -> session.poll(exchange);
                            case POST -> session.post(body, exchange);
                        }
                    } finally {
                        body.release();
                    }
                });
    }

    /// @return whether this is a WebSocket now
    private boolean upgrade(
            ChannelHandlerContext context,
            HttpRequest current,
            Exchange exchange,
            FrameHandler handler) {
        switch (Handshake.read(current)) {
            case Handshake.Acceptable acceptable -> {
                Upgrade.perform(context, acceptable, engine.terms, handler);
                return true;
            }
            case Handshake.Unacceptable ignored -> {
                Polling.refuse(exchange, EngineError.REQUEST);
                return false;
            }
        }
    }

    private void move(
            ChannelHandlerContext context,
            HttpRequest current,
            Exchange exchange,
            Session session) {
        var probe = new Probe(engine, session);
        var channel = context.channel();
        var from = loop(context);
        if (!upgrade(context, current, exchange, new FrameHandler(engine.terms, probe))) {
            return;
        }
        if (from == session.loop()) {
            probe.arrived();
        } else {
            channel.config().setAutoRead(false);
            // Behind the end of this read, with which the upgrade's answer leaves.
            from.execute(() -> move(channel, session.loop(), probe));
        }
    }

    private static void move(Channel channel, EventLoop to, Probe probe) {
        channel.deregister()
                .addListener(left ->
                        to.execute(() ->
                                to.register(channel)
                                        .addListener(arrived -> {
                                            if (arrived.isSuccess()) {
                                                probe.arrived();
                                                channel.config().setAutoRead(true);
                                            } else {
                                                channel.close();
                                            }
                                        })));
    }

    private static EventLoop loop(ChannelHandlerContext context) {
        return context.channel().eventLoop();
    }
}
