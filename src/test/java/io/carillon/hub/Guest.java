package io.carillon.hub;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A subscriber that keeps what it is given, and does on the way what a test wants of it.
final class Guest implements Subscriber {
    /// The last event's id.
    static final Format IDS = run -> Unpooled.copyLong(run.lastId());

    final List<Long> received = new ArrayList<>();
    final List<String> resets = new ArrayList<>();
    Format format = IDS;
    boolean slow;

    /// What happens when it is asked whether it takes a run, told to read again, ticked.
    Runnable asked = () -> {};

    Runnable reset = () -> {};
    Runnable ticked = () -> {};
    private final Lane lane;
    private final Map<ChannelKey, Seat> seats = new HashMap<>();

    Guest(Lane lane) {
        this.lane = lane;
    }

    void sit(ChannelKey... keys) {
        lane.attach(this);
        for (var key : keys) {
            seats.put(key, lane.join(key, this));
        }
    }

    void leave(ChannelKey key) {
        var seat = seats.remove(key);
        if (seat != null) {
            lane.leave(key, seat);
        }
    }

    @Override
    public Format format() {
        return format;
    }

    @Override
    public boolean takes(Batch batch, Run run) {
        asked.run();
        return !slow && seats.containsKey(run.key());
    }

    @Override
    public boolean takesEphemeral() {
        return true;
    }

    @Override
    public boolean deliver(ByteBuf frame) {
        received.add(frame.readLong());
        frame.release();
        return true;
    }

    @Override
    public void flush() {}

    @Override
    public void reset(String channel, ResetReason reason) {
        resets.add(channel + " " + reason.code());
        reset.run();
    }

    @Override
    public void resetAll(ResetReason reason) {}

    @Override
    public void skipped(Position reached) {}

    @Override
    public void moved() {}

    @Override
    public void tick(long nanos) {
        ticked.run();
    }
}
