package io.carillon.transport.queue;

import io.carillon.wire.queue.QueueMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/// A picture as it goes to the sockets: framed once for all who look. Immutable.
final class Showing {
    private final byte[] shown;
    private final byte[] whole;
    private final String cursor;
    private final long number;

    /// @param number larger than those of the tenant's pictures that were read before
    Showing(Picture picture, long number, QueueMessages messages) {
        this.number = number;
        cursor = picture.cursor();
        shown = bytes(messages.queue(picture.shown(), cursor));
        whole = bytes(messages.queue(picture.whole(), cursor));
    }

    private static byte[] bytes(ByteBuf frame) {
        try {
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }

    /// @return to follow from
    String cursor() {
        return cursor;
    }

    /// @return larger than those of older ones
    long number() {
        return number;
    }

    /// @param type who looks
    /// @return a whole frame
    ByteBuf frame(ClientType type) {
        return Unpooled.wrappedBuffer(type == ClientType.OPERATOR ? whole : shown);
    }
}
