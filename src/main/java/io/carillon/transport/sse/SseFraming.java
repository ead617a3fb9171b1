package io.carillon.transport.sse;

import io.carillon.wire.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import org.jspecify.annotations.Nullable;

/// One message as one event of the stream; the payload is one line already. The cursor is the
/// event's id, so that a browser brings it back as `Last-Event-ID`.
final class SseFraming implements Framing {
    @Override
    public void begin(ByteBuf out, String kind, @Nullable String cursor) {
        if (cursor != null) {
            ByteBufUtil.writeAscii(out, "id: ");
            ByteBufUtil.writeAscii(out, cursor);
            out.writeByte('\n');
        }
        ByteBufUtil.writeAscii(out, "event: ");
        ByteBufUtil.writeAscii(out, kind);
        ByteBufUtil.writeAscii(out, "\ndata: ");
    }

    @Override
    public void end(ByteBuf out) {
        out.writeByte('\n').writeByte('\n');
    }
}
