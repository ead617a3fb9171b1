package io.carillon.wire.socketio;

import io.carillon.channel.Cursor;
import io.carillon.hub.Format;
import io.carillon.hub.Run;
import io.carillon.wire.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Encodes runs as Socket.IO events, one packet and one frame for each event, all in one buffer.
///
/// Every event ends with the position of whoever has received it, or with null where it has none,
/// as ephemeral ones: the stock client takes any trailing string for its offset, and keeps the one
/// it has where there is none. One instance per namespace and way of naming, shared by all their
/// clients; immutable.
public final class SocketIoFormat implements Format {
    private final Framing framing;
    private final String start;
    private final EventNames names;

    /// @param framing the transport's
    /// @param namespace as clients write it
    /// @param names how events are called
    public SocketIoFormat(Framing framing, String namespace, EventNames names) {
        this.framing = framing;
        this.start = "2" + PacketEncoder.prefix(namespace) + "[";
        this.names = names;
    }

    @Override
    public ByteBuf encode(Run run) {
        var frames = new ArrayList<ByteBuf>(run.events().size());
        try {
            for (var index = 0; index < run.events().size(); index++) {
                var emissions = names.emissions(run.events().get(index));
                for (var emission : emissions) {
                    // Whoever has heard some names only has not had the event: it is told again.
                    var last = emission == emissions.getLast();
                    var placed = last && run.cursor() != null;
                    frames.add(frame(emission, placed ? run.after(index) : null));
                }
            }
            return frames.size() == 1 ? frames.getFirst().retain() : joined(frames);
        } finally {
            frames.forEach(ByteBuf::release);
        }
    }

    private static ByteBuf joined(List<ByteBuf> frames) {
        var size = frames.stream().mapToInt(ByteBuf::readableBytes).sum();
        var joined = ByteBufAllocator.DEFAULT.directBuffer(size);
        frames.forEach(joined::writeBytes);
        return joined;
    }

    private ByteBuf frame(Emission emission, @Nullable Cursor after) {
        var size = 128;
        for (var argument : emission.arguments()) {
            size += argument.length() + 1;
        }
        var out = ByteBufAllocator.DEFAULT.directBuffer(size);
        var whole = false;
        try {
            write(out, emission, after);
            whole = true;
            return out;
        } finally {
            if (!whole) {
                out.release();
            }
        }
    }

    private void write(ByteBuf out, Emission emission, @Nullable Cursor after) {
        framing.begin(out, "event", null);
        ByteBufUtil.writeUtf8(out, start);
        ByteBufUtil.writeUtf8(out, PacketEncoder.quote(PacketEncoder.eventName(emission.name())));
        for (var argument : emission.arguments()) {
            out.writeByte(',');
            ByteBufUtil.writeUtf8(out, argument);
        }
        var position = after == null ? "null" : '"' + after.encode() + '"';
        out.writeByte(',');
        ByteBufUtil.writeAscii(out, position);
        out.writeByte(']');
        framing.end(out);
    }
}
