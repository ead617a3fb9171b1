package io.carillon.transport.queue;

import io.carillon.transport.TransportSettings;
import io.carillon.transport.websocket.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/// The way to one client past the framework's session: whole frames to the channel, and what the
/// channel says of itself. Confined to the channel's event loop.
final class Wire {
    /// Bytes of one message from a client, its parts together.
    static final int LARGEST = 8 * 1024 + 512;

    private final Channel channel;
    private final TransportSettings settings;
    private final QueueClient client;
    private @Nullable ChannelHandlerContext out;
    private boolean ending;

    Wire(Channel channel, TransportSettings settings, QueueClient client) {
        this.channel = channel;
        this.settings = settings;
        this.client = client;
    }

    Channel channel() {
        return channel;
    }

    /// The handshake has put the frame encoder in; what is written below it is framed already.
    void begin() {
        out = channel.pipeline().context(WebSocketFrameEncoder.class);
        channel.config()
                .setWriteBufferWaterMark(
                        new WriteBufferWaterMark(
                                settings.writeBuffer() / 2, settings.writeBuffer()));
        var decoder = channel.pipeline().context(WebSocketFrameDecoder.class);
        channel.pipeline().addAfter(decoder.name(), "carillon-queue", new Tap());
        channel.closeFuture().addListener(closed -> client.gone());
    }

    /// Hears that something came, and that there is room again. Counts the parts of a message: the
    /// framework bounds each part, but not how many it puts together.
    private final class Tap extends ChannelInboundHandlerAdapter {
        private int size;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            client.heard();
            if (message instanceof WebSocketFrame frame && refused(frame)) {
                frame.release();
            } else {
                context.fireChannelRead(message);
            }
        }

        private boolean refused(WebSocketFrame frame) {
            if (frame instanceof CloseWebSocketFrame
                    || frame instanceof PingWebSocketFrame
                    || frame instanceof PongWebSocketFrame) {
                return false;
            }
            size += frame.content().readableBytes();
            if (size > LARGEST && !ending) {
                client.tooLarge();
            }
            if (frame.isFinalFragment()) {
                size = 0;
            }
            return ending;
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (channel.isWritable()) {
                // Often fired in the middle of a flush that the connection asked for.
                context.executor().execute(client::drained);
            }
            context.fireChannelWritabilityChanged();
        }
    }

    boolean writable() {
        return channel.isWritable();
    }

    long unsent() {
        var waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    void write(ByteBuf frames) {
        var here = out;
        if (here == null || ending || !frames.isReadable()) {
            frames.release();
        } else {
            here.write(frames, here.voidPromise());
        }
    }

    void ping() {
        write(Frames.ping());
    }

    void flush() {
        var here = out;
        if (here != null) {
            here.flush();
        }
    }

    /// Closes; the client has some time to answer.
    void end(int code, String reason) {
        if (ending) {
            return;
        }
        write(Frames.close(channel.alloc(), code, reason));
        flush();
        ending = true;
        var unused =
                channel.eventLoop()
                        .schedule(
                                () -> channel.close(),
                                settings.closeTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
    }
}
