package io.carillon.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// The end of a WebSocket's pipeline: frames to whole messages for a [Conversation], and the way
/// back.
///
/// One per client, and its only state besides the conversation's own. Confined to the channel's
/// event loop. What is written goes to the channel as it is: framing is part of encoding.
///
/// Bounds: a message may be as large as [Terms#maxMessage]; when more than twice the write buffer
/// waits to be written (somebody asks and does not read the answers), nothing more is read until it
/// drains.
public final class FrameHandler extends ChannelInboundHandlerAdapter {
    /// RFC 6455's code for text that is not UTF-8.
    public static final int NOT_TEXT = 1007;

    private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);
    private static final int PROTOCOL_ERROR = 1002;
    private static final int FAULT = 1011;

    private final Terms terms;
    private Conversation conversation;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ChannelHandlerContext outward;
    private @Nullable ChannelPromise unasked;
    private @Nullable ByteBuf fragments;
    private boolean binary;
    private boolean opened;
    private boolean ending;
    private boolean reading;
    private boolean flushLater;
    private boolean drained;

    /// @param terms of the endpoint
    /// @param conversation what the messages are for
    public FrameHandler(Terms terms, Conversation conversation) {
        this.terms = terms;
        this.conversation = conversation;
    }

    /// Hands the client to another conversation, which is not told [Conversation#opened].
    ///
    /// @param next hears of everything from here on
    public void handTo(Conversation next) {
        conversation = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        // Most of a delivery's time is spent on waiting for memory: where the frames go, and with
        // what promise, is looked up once, and nothing stands between that and the channel.
        outward = added.pipeline().context(WebSocket13FrameDecoder.class);
        unasked = added.voidPromise();
        // The upgrade's answer waits for the flush at the end of this read.
        reading = true;
        flushLater = true;
    }

    /// The HTTP codec is out of the way: what is written is a WebSocket's.
    void open() {
        if (!opened) {
            opened = true;
            conversation.opened(this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        reading = true;
        // What the client sent behind its request comes while the codec goes.
        open();
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
                conversation.heard();
                write(Frames.pong(context().alloc(), ping.content()));
                flush();
            }
            case PongWebSocketFrame pong -> conversation.heard();
            default -> data(frame);
        }
    }

    /// The start of a message or a continuation; the decoder has checked that they alternate as
    /// they should.
    private void data(WebSocketFrame frame) {
        var before = fragments;
        if (before == null) {
            binary = frame instanceof BinaryWebSocketFrame;
            if (frame.isFinalFragment()) {
                whole(frame.content());
                return;
            }
            before = context().alloc().buffer(frame.content().readableBytes());
            fragments = before;
        }
        if (before.readableBytes() + frame.content().readableBytes() > terms.maxMessage()) {
            conversation.tooLarge();
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
        if (binary) {
            conversation.binary(message);
        } else {
            conversation.text(message);
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

    /// Closes: the client has some time to answer. Until then what it sends is read and dropped,
    /// for closing a channel with unread bytes would reset it and our code with it.
    ///
    /// @param code a close code
    /// @param reason at most 123 bytes
    public void end(int code, String reason) {
        if (ending) {
            return;
        }
        ending = true;
        var here = context();
        here.writeAndFlush(Frames.close(here.alloc(), code, reason), here.voidPromise());
        here.channel().config().setAutoRead(true);
        var millis = terms.closeTimeout().toMillis();
        var unused = here.executor().schedule(() -> here.close(), millis, TimeUnit.MILLISECONDS);
        gone();
    }

    private void gone() {
        if (fragments != null) {
            fragments.release();
            fragments = null;
        }
        conversation.gone();
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
                && channel.bytesBeforeWritable() > terms.watermark().high() * 2L) {
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
            conversation.heard();
            conversation.drained();
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
                LOG.warn("{}: a fault", conversation, cause);
                end(FAULT, "a fault of the server");
            }
        }
    }

    private void violated(CorruptedWebSocketFrameException violation) {
        var status = violation.closeStatus();
        if (status.equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
            conversation.tooLarge();
        } else if (status.equals(WebSocketCloseStatus.INVALID_PAYLOAD_DATA)) {
            end(NOT_TEXT, "text frames hold UTF-8");
        } else {
            end(PROTOCOL_ERROR, "this is not RFC 6455");
        }
    }

    /// @return bytes that wait in this process to be written to the client
    public long unsent() {
        var waiting = context().channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    /// @return whether more may be written without filling memory
    public boolean writable() {
        return context().channel().isWritable();
    }

    /// @param frames whole frames, queued until [#flush]; released by the channel
    public void write(ByteBuf frames) {
        outward().write(frames, Objects.requireNonNull(unasked));
    }

    /// Sends what is queued; during a read, at its end.
    public void flush() {
        if (reading) {
            flushLater = true;
        } else {
            outward().flush();
        }
    }

    private ChannelHandlerContext outward() {
        return Objects.requireNonNull(outward);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }
}
