package io.carillon.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import java.nio.charset.StandardCharsets;

/// Control frames as the server sends them: unmasked, at most 125 bytes of payload.
public final class Frames {
    private static final int FINAL_CLOSE = 0x88;
    private static final int FINAL_PING = 0x89;
    private static final int FINAL_PONG = 0x8A;
    private static final ByteBuf PING =
            Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(2).writeByte(FINAL_PING).writeByte(0).asReadOnly());

    private Frames() {}

    /// @return a ping, which every client answers by itself
    public static ByteBuf ping() {
        return PING.duplicate();
    }

    /// @param payload of the ping that is answered; copied
    /// @return a pong
    public static ByteBuf pong(ByteBufAllocator buffers, ByteBuf payload) {
        return buffers.buffer(2 + payload.readableBytes())
                .writeByte(FINAL_PONG)
                .writeByte(payload.readableBytes())
                .writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    /// @param code a close code, or -1 for a close frame without one
    /// @param reason at most 123 bytes
    /// @return a close frame
    public static ByteBuf close(ByteBufAllocator buffers, int code, String reason) {
        var frame = buffers.buffer(4 + ByteBufUtil.utf8Bytes(reason)).writeByte(FINAL_CLOSE);
        if (code < 0) {
            return frame.writeByte(0);
        }
        frame.writeByte(2 + ByteBufUtil.utf8Bytes(reason)).writeShort(code);
        frame.writeCharSequence(reason, StandardCharsets.UTF_8);
        return frame;
    }
}
