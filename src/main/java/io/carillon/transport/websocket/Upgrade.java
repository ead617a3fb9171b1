package io.carillon.transport.websocket;

import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;

import java.util.ArrayList;

/// Turns an HTTP channel into a WebSocket: then its pipeline holds TLS where there is TLS, the
/// frame decoder and the frame handler, nothing else.
public final class Upgrade {
    private static final String CODEC = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;

    private Upgrade() {}

    /// The order matters: the answer leaves below the HTTP codec, then our handlers stand behind
    /// everything, then the HTTP handlers go, the codec last, for it hands over what the client has
    /// sent already. The answer is flushed at the end of the read.
    ///
    /// @param context of a handler behind the HTTP codec, which is gone afterwards
    /// @param handshake the request's, read to its end
    /// @param terms of the endpoint
    /// @param handler the client's end
    public static void perform(
            ChannelHandlerContext context,
            Handshake.Acceptable handshake,
            Terms terms,
            FrameHandler handler) {
        var pipeline = context.pipeline();
        var channel = context.channel();
        var answer =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: "
                        + handshake.accept()
                        + "\r\n\r\n";
        channel.config().setWriteBufferWaterMark(terms.watermark());
        pipeline.context(CODEC).write(ByteBufUtil.writeAscii(context.alloc(), answer));
        pipeline.addLast(new WebSocket13FrameDecoder(terms.decoding()), handler);
        remove(context);
        handler.open();
        channel.config().setAutoRead(true);
    }

    private static void remove(ChannelHandlerContext context) {
        var pipeline = context.pipeline();
        var going = new ArrayList<ChannelHandler>();
        var behind = false;
        for (var entry : pipeline) {
            var kept =
                    entry.getValue() instanceof WebSocket13FrameDecoder
                            || entry.getValue() instanceof FrameHandler;
            if (behind && !kept) {
                going.add(entry.getValue());
            }
            behind |= entry.getKey().equals(CODEC);
        }
        going.forEach(pipeline::remove);
        if (pipeline.get(ChannelPipelineCustomizer.HANDLER_IDLE_STATE) != null) {
            pipeline.remove(ChannelPipelineCustomizer.HANDLER_IDLE_STATE);
        }
        pipeline.remove(CODEC);
    }
}
