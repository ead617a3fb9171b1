package io.carillon.transport.websocket;

import io.carillon.wire.Framing;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

/// One message as one unfragmented, unmasked text frame. The header's length is known when the
/// payload is, so room for the longest is left in front of it.
public final class WebSocketFraming implements Framing {
    private static final int LONGEST_HEADER = 10;
    private static final int FINAL_TEXT = 0x81;

    @Override
    public void begin(ByteBuf out, String kind, @Nullable String cursor) {
        out.writeZero(LONGEST_HEADER);
    }

    @Override
    public void end(ByteBuf out) {
        var payload = out.writerIndex() - LONGEST_HEADER;
        if (payload < 126) {
            header(out, 2);
            out.setByte(LONGEST_HEADER - 1, payload);
        } else if (payload < 65_536) {
            header(out, 4);
            out.setByte(LONGEST_HEADER - 3, 126).setShort(LONGEST_HEADER - 2, payload);
        } else {
            header(out, 10);
            out.setByte(LONGEST_HEADER - 9, 127).setLong(LONGEST_HEADER - 8, payload);
        }
    }

    private static void header(ByteBuf out, int length) {
        out.readerIndex(LONGEST_HEADER - length);
        out.setByte(LONGEST_HEADER - length, FINAL_TEXT);
    }
}
