package io.carillon.transport.polling;

import io.carillon.wire.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/// Plain JSON behind the cursor of whoever has received it: a poll strips the cursor off and
/// answers with the last one.
final class PollFraming implements Framing {
    private static final int CONFLATED = -1;

    @Override
    public void begin(ByteBuf out, String kind, @Nullable String cursor) {
        var text = cursor == null ? "" : cursor;
        out.writeInt(kind.equals("conflated") ? CONFLATED : text.length());
        ByteBufUtil.writeAscii(out, text);
    }

    @Override
    public void end(ByteBuf out) {}

    /// @param frame a whole frame
    /// @return whether it holds conflated events
    static boolean conflated(ByteBuf frame) {
        return frame.getInt(frame.readerIndex()) == CONFLATED;
    }

    /// @param frame a whole frame; afterwards its readable bytes are the JSON
    /// @return the cursor, or null when the message has none
    static @Nullable String cursor(ByteBuf frame) {
        var length = frame.readInt();
        return length <= 0
                ? null
                : frame.readCharSequence(length, StandardCharsets.US_ASCII).toString();
    }
}
