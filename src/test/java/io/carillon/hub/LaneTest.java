package io.carillon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class LaneTest {
    private static final ChannelKey ORDERS = new ChannelKey("acme", "orders");
    private static final Position START = new Position(1, new long[0]);
    private static final long UNSPEAKABLE = 13;
    private static final Format FORMAT = LaneTest::encode;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Hub hub = new Hub(1 << 20);

    @AfterEach
    void stop() {
        loop.shutdownGracefully();
    }

    @Test
    void whoeverLeavesInTheMiddleOfAFanOutTakesNothingFromTheOthers() throws Exception {
        hub.start(new Batch("epoch", START, START, List.of()));
        var lane = hub.lane(loop);
        var all = new ArrayList<Guest>();
        for (var number = 0; number < 8; number++) {
            all.add(new Guest(lane, number % 3 == 1));
        }
        loop.submit(() -> all.forEach(Guest::sit)).get();
        hub.publish(batch(1));
        hub.publish(batch(2));
        loop.submit(() -> {}).get();
        for (var guest : all) {
            assertThat(guest.received).isEqualTo(guest.leaves ? List.of() : List.of(1L, 2L));
        }
    }

    @Test
    void whoeverTakesNothingNowKeepsNothingFromTheOthers() throws Exception {
        hub.start(new Batch("epoch", START, START, List.of()));
        var lane = hub.lane(loop);
        var all = new ArrayList<Guest>();
        for (var number = 0; number < 8; number++) {
            all.add(new Guest(lane, false));
        }
        all.get(3).slow = true;
        loop.submit(() -> all.forEach(Guest::sit)).get();
        hub.publish(batch(1));
        loop.submit(() -> {}).get();
        for (var guest : all) {
            assertThat(guest.received).isEqualTo(guest.slow ? List.of() : List.of(1L));
        }
    }

    @Test
    void anEventThatCannotBeEncodedEndsItsChannelAndNoOther() throws Exception {
        hub.start(new Batch("epoch", START, START, List.of()));
        var lane = hub.lane(loop);
        var guest = new Guest(lane, false);
        loop.submit(guest::sit).get();
        hub.publish(batch(UNSPEAKABLE));
        hub.publish(batch(UNSPEAKABLE + 1));
        loop.submit(() -> {}).get();
        assertThat(guest.resets).containsExactly("orders fault");
        assertThat(guest.received).containsExactly(UNSPEAKABLE + 1);
    }

    private static ByteBuf encode(Run run) {
        if (run.lastId() == UNSPEAKABLE) {
            throw new IllegalStateException("no words for it");
        }
        return Unpooled.copyLong(run.lastId());
    }

    private static Batch batch(long id) {
        var event = new Event(id, id, "acme", "orders", "t", null, null, null, null, Instant.EPOCH);
        return new Batch(
                "epoch",
                new Position(id, new long[0]),
                new Position(id + 1, new long[0]),
                List.of(event));
    }

    /// Somebody who may leave when asked whether the run is wanted, as a poll does whose room is
    /// full.
    private static final class Guest implements Subscriber {
        final List<Long> received = new ArrayList<>();
        final List<String> resets = new ArrayList<>();
        boolean slow;
        final boolean leaves;
        private final Lane lane;
        private Seat seat;
        private boolean gone;

        Guest(Lane lane, boolean leaves) {
            this.lane = lane;
            this.leaves = leaves;
        }

        void sit() {
            lane.attach(this);
            seat = lane.join(ORDERS, this);
        }

        @Override
        public Format format() {
            return FORMAT;
        }

        @Override
        public boolean takes(Batch batch, Run run) {
            if (leaves && !gone) {
                gone = true;
                lane.leave(ORDERS, seat);
            }
            return !gone && !slow;
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
        }

        @Override
        public void resetAll(ResetReason reason) {}

        @Override
        public void skipped(Position reached) {}

        @Override
        public void moved() {}

        @Override
        public void tick(long nanos) {}
    }
}
