package io.carillon.transport.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Payloads of long polling: packets with a record separator between them, binary ones in base64
/// (Engine.IO 4, "Payload encoding"). Pure functions.
public final class Payloads {
    private static final int SEPARATOR = 0x1e;
    private static final int BINARY_FRAME = 0x82;

    private Payloads() {}

    /// Takes the packets out of WebSocket frames.
    ///
    /// @param out where to; a separator goes before what is there already
    /// @param frames whole, unmasked frames; their reader index is moved
    /// @param most bytes that shall be in `out`; the first packet is taken whatever its size
    /// @return whether all were taken
    static boolean append(ByteBuf out, ByteBuf frames, int most) {
        while (frames.isReadable()) {
            if (out.isReadable()) {
                if (out.readableBytes() + size(frames) > most) {
                    return false;
                }
                out.writeByte(SEPARATOR);
            }
            var opcode = frames.readUnsignedByte();
            var length = (long) frames.readUnsignedByte();
            if (length == 126) {
                length = frames.readUnsignedShort();
            } else if (length == 127) {
                length = frames.readLong();
            }
            if (opcode == BINARY_FRAME) {
                var bytes = new byte[(int) length];
                frames.readBytes(bytes);
                out.writeByte('b').writeBytes(Base64.getEncoder().encode(bytes));
            } else {
                out.writeBytes(frames, (int) length);
            }
        }
        return true;
    }

    /// @return the most bytes that the first of the frames becomes, with its separator
    private static long size(ByteBuf frames) {
        var start = frames.readerIndex();
        var length = (long) frames.getUnsignedByte(start + 1);
        if (length == 126) {
            length = frames.getUnsignedShort(start + 2);
        } else if (length == 127) {
            length = frames.getLong(start + 2);
        }
        return frames.getUnsignedByte(start) == BINARY_FRAME ? length * 4 / 3 + 6 : length + 1;
    }

    /// @param packets one or more, ASCII
    /// @return a payload
    static ByteBuf of(String packets) {
        return ByteBufUtil.writeAscii(ByteBufAllocator.DEFAULT, packets);
    }

    /// @param payload what a client posted
    /// @return its packets
    public static List<String> split(String payload) {
        var packets = new ArrayList<String>(4);
        var start = 0;
        for (var end = payload.indexOf(SEPARATOR);
                end >= 0;
                end = payload.indexOf(SEPARATOR, start)) {
            packets.add(payload.substring(start, end));
            start = end + 1;
        }
        packets.add(payload.substring(start));
        return packets;
    }
}
