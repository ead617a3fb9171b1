package io.carillon.transport.engineio;

import io.carillon.transport.websocket.WebSocketFraming;
import io.carillon.wire.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

import org.jspecify.annotations.Nullable;

/// One message as one text frame that begins with Engine.IO's packet type. Immutable.
public final class EngineFraming implements Framing {
    private static final Framing SOCKET = new WebSocketFraming();
    private static final int MESSAGE = '4';
    private static final int FINAL_BINARY = 0x82;

    @Override
    public void begin(ByteBuf out, String kind, @Nullable String cursor) {
        SOCKET.begin(out, kind, cursor);
        out.writeByte(MESSAGE);
    }

    @Override
    public void end(ByteBuf out) {
        SOCKET.end(out);
    }

    /// @param packet with its type, ASCII
    /// @return one text frame
    static ByteBuf packet(String packet) {
        var out = ByteBufAllocator.DEFAULT.directBuffer(packet.length() + 10);
        SOCKET.begin(out, "packet", null);
        ByteBufUtil.writeAscii(out, packet);
        SOCKET.end(out);
        return out;
    }

    /// @param bytes a binary message, which has no packet type on a WebSocket
    /// @return one binary frame
    public static ByteBuf binary(byte[] bytes) {
        var out = ByteBufAllocator.DEFAULT.directBuffer(bytes.length + 10).writeByte(FINAL_BINARY);
        if (bytes.length < 126) {
            out.writeByte(bytes.length);
        } else if (bytes.length < 65_536) {
            out.writeByte(126).writeShort(bytes.length);
        } else {
            out.writeByte(127).writeLong(bytes.length);
        }
        return out.writeBytes(bytes);
    }
}
