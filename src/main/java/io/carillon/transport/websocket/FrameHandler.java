package io.carillon.transport.websocket;

import io.carillon.connection.Connection;
import io.carillon.connection.Disconnect;
import io.carillon.connection.Message;
import io.carillon.connection.Outlet;
import io.carillon.hub.Format;
import io.carillon.wire.json.CommandDecoder;
import io.carillon.wire.json.Decoded;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// The end of a `/realtime` pipeline: frames to commands, and the client's [Outlet].
///
/// One per client, and its only state besides the [Connection]. Confined to the channel's event
/// loop, which is the lane's. Frames from the hub go to the channel as they are.
///
/// Bounds: a message may be as large as `carillon.transport.max-message`; when more than twice the
/// write buffer waits to be written (somebody asks and does not read the answers), nothing more is
/// read until it drains.
final class FrameHandler extends ChannelInboundHandlerAdapter implements Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);
    private static final int PROTOCOL_ERROR = 1002;
    private static final int NOT_TEXT = 1007;
    private static final int FAULT = 1011;

    private final Realtime realtime;
    private Handshake.@Nullable Credential credential;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Connection connection;
    private @Nullable ByteBuf fragments;
    private boolean ending;
    private boolean reading;
    private boolean flushLater;
    private boolean drained;

    FrameHandler(Realtime realtime, Handshake.@Nullable Credential credential) {
        this.realtime = realtime;
        this.credential = credential;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        // The upgrade's answer waits for the flush at the end of this read.
        reading = true;
        flushLater = true;
        connection = realtime.attach(added.executor(), this, credential);
        credential = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        reading = true;
        var frame = (WebSocketFrame) message;
        try {
            if (!ending) {
                take(frame);
            } else if (frame instanceof CloseWebSocketFrame) {
                context().close();
            }
        } finally {
            frame.release();
        }
    }

    private void take(WebSocketFrame frame) {
        switch (frame) {
            case CloseWebSocketFrame close -> answer(close);
            case PingWebSocketFrame ping -> {
                connection().heard();
                write(Frames.pong(context().alloc(), ping.content()));
                flush();
            }
            case PongWebSocketFrame pong -> connection().heard();
            case BinaryWebSocketFrame binary -> leave(Disconnect.BINARY);
            default -> text(frame);
        }
    }

    /// A text frame or a continuation; the decoder has checked that they alternate as they should.
    private void text(WebSocketFrame frame) {
        var before = fragments;
        if (before == null && frame.isFinalFragment()) {
            whole(frame.content());
            return;
        }
        var size = frame.content().readableBytes();
        if (before == null) {
            before = context().alloc().buffer(size);
            fragments = before;
        }
        if (before.readableBytes() + size > realtime.settings.maxMessage()) {
            leave(Disconnect.TOO_LARGE);
        } else if (frame.isFinalFragment()) {
            fragments = null;
            try {
                whole(before.writeBytes(frame.content()));
            } finally {
                before.release();
            }
        } else {
            before.writeBytes(frame.content());
        }
    }

    private void whole(ByteBuf message) {
        switch (CommandDecoder.decode(message.nioBuffer())) {
            case Decoded.Understood(var command) -> connection().accept(command);
            case Decoded.Refused(var id, var code, var detail) ->
                    connection().refuse(id, code, detail);
            case Decoded.NotText() -> end(NOT_TEXT, "text frames hold UTF-8");
        }
    }

    /// The client closes: its code goes back, and the channel after it.
    private void answer(CloseWebSocketFrame close) {
        ending = true;
        var code = close.statusCode();
        context()
                .writeAndFlush(Frames.close(context().alloc(), code, ""))
                .addListener(ChannelFutureListener.CLOSE);
        gone();
    }

    private void leave(Disconnect reason) {
        connection().close(reason);
    }

    /// Our close: the client has some time to answer it. Until then what it sends is read and
    /// dropped, for closing a channel with unread bytes would reset it and our code with it.
    private void end(int code, String reason) {
        if (ending) {
            return;
        }
        ending = true;
        var here = context();
        here.writeAndFlush(Frames.close(here.alloc(), code, reason), here.voidPromise());
        here.channel().config().setAutoRead(true);
        var millis = realtime.settings.closeTimeout().toMillis();
        var unused = here.executor().schedule(() -> here.close(), millis, TimeUnit.MILLISECONDS);
        gone();
    }

    private void gone() {
        if (fragments != null) {
            fragments.release();
            fragments = null;
        }
        connection().closed();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext here) {
        reading = false;
        if (flushLater) {
            flushLater = false;
            here.flush();
        }
        var channel = here.channel();
        if (!channel.isWritable()
                && !ending
                && channel.bytesBeforeWritable() > realtime.watermark.high() * 2L) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext here) {
        // Often fired in the middle of a flush that the connection asked for: tell it afterwards.
        if (here.channel().isWritable() && !drained) {
            drained = true;
            here.executor().execute(this::drained);
        }
    }

    private void drained() {
        drained = false;
        var channel = context().channel();
        if (channel.isWritable()) {
            channel.config().setAutoRead(true);
            connection().heard();
            connection().writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        ending = true;
        gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext here, Throwable cause) {
        switch (cause) {
            case CorruptedWebSocketFrameException violation -> violated(violation);
            case IOException vanished -> here.close();
            default -> {
                LOG.warn("connection {}: a fault", connection().id(), cause);
                end(FAULT, "a fault of the server");
            }
        }
    }

    private void violated(CorruptedWebSocketFrameException violation) {
        var status = violation.closeStatus();
        if (status.equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
            leave(Disconnect.TOO_LARGE);
        } else if (status.equals(WebSocketCloseStatus.INVALID_PAYLOAD_DATA)) {
            end(NOT_TEXT, "text frames hold UTF-8");
        } else {
            end(PROTOCOL_ERROR, "this is not RFC 6455");
        }
    }

    @Override
    public Format format() {
        return realtime.format;
    }

    @Override
    public String transport() {
        return "websocket";
    }

    @Override
    public long unsent() {
        var waiting = context().channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    @Override
    public void write(ByteBuf frame) {
        var here = context();
        here.write(frame, here.voidPromise());
    }

    @Override
    public void send(Message message) {
        write(realtime.messages.encode(message));
        if (message instanceof Message.Ping) {
            // Clients answer this one by themselves, and so are heard.
            write(Frames.ping());
        }
    }

    @Override
    public void flush() {
        if (reading) {
            flushLater = true;
        } else {
            context().flush();
        }
    }

    @Override
    public void close(Disconnect reason) {
        end(reason.number(), reason.reason());
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    private Connection connection() {
        return Objects.requireNonNull(connection);
    }
}
