package io.carillon.connection;

import io.carillon.channel.Event;
import io.carillon.hub.Format;
import io.carillon.hub.Run;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A client in memory: follows the protocol's rule for cursors and keeps what it received.
final class FakeClient implements Outlet {
    /// Frames carry the number of a run in this list, so that the sharing of frames is part of the
    /// test.
    private static final List<Run> RUNS = new ArrayList<>();

    private static final Format FORMAT =
            run -> {
                RUNS.add(run);
                return Unpooled.copyInt(RUNS.size() - 1);
            };

    final List<Event> received = new ArrayList<>();
    final List<Run> runs = new ArrayList<>();
    final List<Message> messages = new ArrayList<>();
    final Map<String, String> pending = new HashMap<>();
    @Nullable String cursor;
    @Nullable Disconnect closed;
    int room = Integer.MAX_VALUE;
    boolean onePosition;

    @Override
    public Format format() {
        return FORMAT;
    }

    @Override
    public boolean onePosition() {
        return onePosition;
    }

    @Override
    public boolean writable() {
        return room > 0;
    }

    @Override
    public void write(ByteBuf frame) {
        room--;
        var run = RUNS.get(frame.readInt());
        frame.release();
        runs.add(run);
        received.addAll(run.events());
        if (run.cursor() != null) {
            var text = run.cursor().encode();
            if (pending.replace(run.key().channel(), text) == null) {
                cursor = text;
            }
        }
    }

    @Override
    public void send(Message message) {
        messages.add(message);
        if (message instanceof Message.Subscribed(var ignored, var channels, var at)) {
            channels.forEach(pending::remove);
            cursor = at.encode();
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close(Disconnect reason) {
        closed = reason;
    }
}
