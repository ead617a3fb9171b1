package io.carillon.transport.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;

/// A request that a client sent to this node. Answers may come from any thread, and are written by
/// the channel's. A request is answered or gone, never both; then nothing of it is held by the
/// channel any more.
final class HttpExchange implements Exchange {
    private final ChannelHandlerContext context;
    private final @Nullable String origin;
    private final boolean keepAlive;
    private final Runnable answered;
    private final AtomicReference<@Nullable ChannelFutureListener> waiting =
            new AtomicReference<>();

    /// @param context of the door that read it
    /// @param origin the page that may read the answer, or null
    /// @param keepAlive whether the channel stays open behind the answer
    /// @param answered told when the answer was written, on the channel's loop
    HttpExchange(
            ChannelHandlerContext context,
            @Nullable String origin,
            boolean keepAlive,
            Runnable answered) {
        this.context = context;
        this.origin = origin;
        this.keepAlive = keepAlive;
        this.answered = answered;
    }

    @Override
    public void answer(int status, String type, ByteBuf body) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
        write(response);
    }

    /// Answers what a browser asks before it lets a page send.
    ///
    /// @param headers that the page wants to send, or null
    void preflight(@Nullable String headers) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.NO_CONTENT,
                        io.netty.buffer.Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST")
                .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
        if (headers != null && headers.matches("[A-Za-z0-9, _-]{1,1000}")) {
            response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, headers);
        }
        write(response);
    }

    private void write(DefaultFullHttpResponse response) {
        forget();
        var headers = response.headers();
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        if (origin != null) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        if (response.status().code() == 503) {
            headers.set(HttpHeaderNames.RETRY_AFTER, "2");
        }
        if (response.status().code() != 204) {
            HttpUtil.setContentLength(response, response.content().readableBytes());
        }
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        context.executor()
                .execute(() -> {
                    if (context.isRemoved() || !context.channel().isActive()) {
                        response.release();
                        return;
                    }
                    answered.run();
                    var sent = context.writeAndFlush(response);
                    if (!keepAlive) {
                        sent.addListener(ChannelFutureListener.CLOSE);
                    }
                });
    }

    @Override
    public void whenGone(Runnable action) {
        ChannelFutureListener listener = closed -> action.run();
        waiting.set(listener);
        context.channel().closeFuture().addListener(listener);
    }

    /// One channel serves many polls: each must leave nothing behind.
    private void forget() {
        var listener = waiting.getAndSet(null);
        if (listener != null) {
            context.channel().closeFuture().removeListener(listener);
        }
    }
}
