package io.carillon.transport.websocket;

import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Takes `/realtime` out of the HTTP pipeline and passes everything else on.
///
/// One per HTTP channel, gone after an [Upgrade]. Also closes a channel that sends no request in
/// time.
final class Router extends ChannelInboundHandlerAdapter {
    private final Realtime realtime;
    private @Nullable Handshake handshake;
    private @Nullable ScheduledFuture<?> deadline;

    Router(Realtime realtime) {
        this.realtime = realtime;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        var millis = realtime.settings.handshakeTimeout().toMillis();
        deadline =
                context.executor().schedule(() -> context.close(), millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        inTime();
    }

    private void inTime() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            inTime();
            handshake = ours(request) ? realtime.judge(request) : null;
        }
        var judged = handshake;
        if (judged == null) {
            context.fireChannelRead(message);
            return;
        }
        var whole = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (whole) {
            switch (judged) {
                case Handshake.Acceptable acceptable -> upgrade(context, acceptable);
                case Handshake.Unacceptable(var status, var code, var detail) ->
                        refuse(context, status, code, detail);
            }
        }
    }

    private static boolean ours(HttpRequest request) {
        var uri = request.uri();
        var end = Realtime.PATH.length();
        return request.decoderResult().isSuccess()
                && uri.startsWith(Realtime.PATH)
                && (uri.length() == end || uri.charAt(end) == '?');
    }

    private void upgrade(ChannelHandlerContext context, Handshake.Acceptable handshake) {
        var client = new RealtimeClient(realtime, context.executor(), handshake.credential());
        Upgrade.perform(
                context, handshake, realtime.terms, new FrameHandler(realtime.terms, client));
    }

    private static void refuse(
            ChannelHandlerContext context, int status, String code, String detail) {
        var reason = HttpResponseStatus.valueOf(status).reasonPhrase();
        var body =
                "{\"type\":\"urn:carillon:problem:%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\",\"code\":\"%s\"}"
                        .formatted(code, reason, status, detail, code);
        var extra =
                switch (status) {
                    case 426 ->
                            "Upgrade: websocket\r\nConnection: Upgrade, close\r\n"
                                    + "Sec-WebSocket-Version: 13\r\n";
                    case 503 -> "Retry-After: 2\r\nConnection: close\r\n";
                    default -> "Connection: close\r\n";
                };
        var answer =
                "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n%s\r\n%s"
                        .formatted(status, reason, body.length(), extra, body);
        context.pipeline()
                .context(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC)
                .writeAndFlush(ascii(context.alloc(), answer))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private static ByteBuf ascii(ByteBufAllocator buffers, String text) {
        return ByteBufUtil.writeAscii(buffers, text);
    }
}
