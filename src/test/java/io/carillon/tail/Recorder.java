package io.carillon.tail;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.carillon.hub.Batch;
import io.carillon.hub.Format;
import io.carillon.hub.Hub;
import io.carillon.hub.Lane;
import io.carillon.hub.Run;
import io.carillon.hub.Subscriber;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A subscriber that keeps what it is given, in the order in which it came.
final class Recorder implements Subscriber, AutoCloseable {
    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final Lane lane;

    Recorder(Hub hub, String tenant, String... channels) {
        lane = hub.lane(loop);
        var unused =
                loop.submit(
                                () -> {
                                    lane.attach(this);
                                    for (var channel : channels) {
                                        lane.join(new ChannelKey(tenant, channel), this);
                                    }
                                })
                        .syncUninterruptibly();
    }

    Lane lane() {
        return lane;
    }

    /// @return the next event's data, a reset's reason, or `skipped`
    String next() throws InterruptedException {
        var next = heard.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing was heard for 20 seconds");
        }
        return next.toString();
    }

    List<String> next(int count) throws InterruptedException {
        var all = new ArrayList<String>();
        for (var number = 0; number < count; number++) {
            all.add(next());
        }
        return all;
    }

    /// @return whatever else has come
    List<Object> rest() {
        var rest = new ArrayList<>();
        heard.drainTo(rest);
        return rest;
    }

    @Override
    public Format format() {
        return run -> Unpooled.EMPTY_BUFFER;
    }

    @Override
    public boolean takes(Batch batch, Run run) {
        run.events().stream().map(Recorder::text).forEach(heard::add);
        return false;
    }

    private static String text(Event event) {
        return event.data() == null ? event.type() : event.data();
    }

    @Override
    public boolean takesEphemeral() {
        heard.add("ephemeral");
        return false;
    }

    @Override
    public boolean deliver(ByteBuf frame) {
        return false;
    }

    @Override
    public void flush() {}

    @Override
    public void reset(String channel, ResetReason reason) {
        heard.add("reset " + reason.code());
    }

    @Override
    public void resetAll(ResetReason reason) {
        heard.add("reset all " + reason.code());
    }

    @Override
    public void skipped(Position reached) {
        heard.add("skipped");
    }

    @Override
    public void moved() {}

    @Override
    public void tick(long nanos) {}

    @Override
    public void close() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
