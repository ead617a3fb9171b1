package io.carillon.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.jspecify.annotations.Nullable;

/// One WebSocket client: handshake, frames, what it received. As lean as can be, so that the load
/// costs less than the server. Confined to the load's loop.
final class Client extends ChannelInboundHandlerAdapter {
    private static final byte[] NO_MASK = new byte[4];

    private final Fleet fleet;
    private final int room;
    private final Expectation expectation;
    private final @Nullable String cursor;
    private Memo memo;
    private @Nullable String pid;
    private @Nullable ByteBuf rest;
    private @Nullable ChannelHandlerContext context;
    private long began;
    private boolean upgraded;
    private boolean isReady;

    /// @param fleet all clients of one run
    /// @param room which events it gets
    /// @param memo the start of the room's chain
    /// @param next the number of the first event that it must get
    /// @param cursor where to go on from, or null
    Client(Fleet fleet, int room, Memo memo, long next, @Nullable String cursor) {
        this.fleet = fleet;
        this.room = room;
        this.memo = memo;
        this.expectation = new Expectation(fleet.tally(), next);
        this.cursor = cursor;
    }

    int room() {
        return room;
    }

    long next() {
        return expectation.next();
    }

    @Nullable String cursor() {
        return cursor;
    }

    /// @return what the next client brings to go on: the cursor of the last message, and with
    ///     Socket.IO the pid before it
    @Nullable String lastCursor() {
        if (pid == null) {
            return memo.cursor();
        }
        var offset = memo.offset();
        return offset == null ? pid : pid + " " + offset;
    }

    void pid(String told) {
        pid = told;
    }

    void ready() {
        if (!isReady) {
            isReady = true;
            fleet.tally().ready(System.nanoTime() - began);
        }
    }

    /// It connects from now on. Before it is registered with the loop.
    void begin() {
        began = System.nanoTime();
    }

    void complains(String text) {
        fleet.tally().complain(text);
    }

    /// @param text a message, ASCII
    void send(String text) {
        var to = context;
        if (to == null) {
            return;
        }
        var length = text.length();
        var frame = to.alloc().buffer(length + 12);
        frame.writeByte(0x81);
        if (length < 126) {
            frame.writeByte(0x80 | length);
        } else {
            frame.writeByte(0x80 | 126).writeShort(length);
        }
        // The mask is there to confuse proxies; zeros leave the bytes as they are.
        frame.writeBytes(NO_MASK).writeCharSequence(text, US_ASCII);
        to.writeAndFlush(frame, to.voidPromise());
    }

    void disconnect() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        var request =
                "GET "
                        + fleet.dialect().path(room)
                        + " HTTP/1.1\r\nHost: 127.0.0.1:"
                        + fleet.port()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        active.writeAndFlush(active.alloc().buffer().writeBytes(request.getBytes(US_ASCII)));
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        context = null;
        if (rest != null) {
            rest.release();
            rest = null;
        }
        fleet.tally().close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        complains(cause.toString());
        failed.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        var in = (ByteBuf) message;
        var kept = rest;
        if (kept != null) {
            kept.writeBytes(in);
            in.release();
            in = kept;
            rest = null;
        }
        var now = System.nanoTime();
        if (upgraded || upgrade(in)) {
            while (frame(in, now)) {}
        }
        if (in.isReadable()) {
            rest = kept == in ? in.discardReadBytes() : keep(reading, in);
        } else {
            in.release();
        }
    }

    private static ByteBuf keep(ChannelHandlerContext reading, ByteBuf in) {
        var copy = reading.alloc().buffer(in.readableBytes() + 256).writeBytes(in);
        in.release();
        return copy;
    }

    private boolean upgrade(ByteBuf in) {
        var text = in.toString(US_ASCII);
        var end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        if (!text.startsWith("HTTP/1.1 101")) {
            complains(text.substring(0, end));
            in.skipBytes(in.readableBytes());
            disconnect();
            return false;
        }
        in.skipBytes(end + 4);
        upgraded = true;
        fleet.dialect().opened(this);
        return true;
    }

    /// @return whether there was a whole frame
    private boolean frame(ByteBuf in, long now) {
        var start = in.readerIndex();
        var readable = in.readableBytes();
        if (readable < 2) {
            return false;
        }
        var length = in.getByte(start + 1) & 0x7f;
        var head = 2;
        if (length == 126) {
            head = 4;
            length = readable < head ? Integer.MAX_VALUE - head : in.getUnsignedShort(start + 2);
        } else if (length == 127) {
            head = 10;
            length = readable < head ? Integer.MAX_VALUE - head : (int) in.getLong(start + 2);
        }
        if (readable < head + length) {
            return false;
        }
        var opcode = in.getByte(start) & 0x0f;
        if (opcode == 1 || opcode == 2) {
            if (fleet.dialect().events(this, in, start + head, length)) {
                take(in, start + head, length, now);
            }
        } else if (opcode == 8) {
            complains("closed by the server: " + closeCode(in, start + head, length));
        } else if (opcode == 9 && context != null) {
            var pong = context.alloc().buffer(6).writeByte(0x8a).writeByte(0x80);
            context.writeAndFlush(pong.writeBytes(NO_MASK), context.voidPromise());
        }
        in.readerIndex(start + head + length);
        return true;
    }

    private static String closeCode(ByteBuf in, int start, int length) {
        return length < 2
                ? "none"
                : in.getUnsignedShort(start) + " " + in.toString(start + 2, length - 2, US_ASCII);
    }

    private void take(ByteBuf in, int start, int length, long now) {
        memo = memo.after(in, start, length, fleet.pad());
        var numbers = memo.numbers();
        expectation.take(numbers);
        var tally = fleet.tally();
        var timeline = fleet.timeline();
        // Events of one tick share their moment, so most are counted together.
        var index = 0;
        while (index < numbers.length) {
            var at = timeline.at(room, numbers[index]);
            var first = index++;
            while (index < numbers.length && timeline.at(room, numbers[index]) == at) {
                index++;
            }
            tally.deliver(index - first, now - at);
        }
        fleet.heard(numbers, now);
    }
}
