package io.carillon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultEventLoop;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A fault of one event or one subscriber stays where it is.
@Timeout(20)
@Tag("F6")
class LaneFaultsTest {
    private static final ChannelKey ORDERS = new ChannelKey("acme", "orders");
    private static final ChannelKey NOTES = new ChannelKey("globex", "notes");
    private static final Position START = new Position(1, new long[0]);
    private static final long UNSPEAKABLE = 13;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Hub hub = new Hub(1 << 20);
    private Lane lane;
    private Guest ana;
    private Guest ben;

    /// Ben is met first, for he came last.
    @BeforeEach
    void sit() throws Exception {
        hub.start(new Batch("epoch", START, START, List.of()));
        lane = hub.lane(loop);
        ana = new Guest(lane);
        ana.format = LaneFaultsTest::encode;
        ben = new Guest(lane);
        loop.submit(
                        () -> {
                            ana.sit(ORDERS);
                            ben.sit(ORDERS, NOTES);
                        })
                .get();
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully();
    }

    private static ByteBuf encode(Run run) {
        if (run.lastId() == UNSPEAKABLE) {
            throw new IllegalStateException("no words for it");
        }
        return Guest.IDS.encode(run);
    }

    @Test
    void anEventThatCannotBeEncodedEndsItsChannelAndNoOther() throws Exception {
        publish(event(ORDERS, UNSPEAKABLE));
        publish(event(ORDERS, UNSPEAKABLE + 1));
        assertThat(ana.resets).containsExactly("orders fault");
        assertThat(ana.received).containsExactly(UNSPEAKABLE + 1);
    }

    @Test
    void theBytesOfAnEphemeralEventThatOneFormatCannotTellReachNobodyElse() throws Exception {
        hub.broadcast(List.of(event(ORDERS, UNSPEAKABLE)));
        publish(event(NOTES, 20));
        assertThat(ben.received).containsExactly(UNSPEAKABLE, 20L);
        assertThat(ben.resets).isEmpty();
        assertThat(ana.resets).isEmpty();
    }

    @Test
    void aConflatedEventThatCannotBeToldEndsItsChannelAndNoOther() throws Exception {
        var told = new CountDownLatch(1);
        ana.reset = told::countDown;
        hub.conflate(new Latest(20, "orders"));
        publish(event(ORDERS, 1));
        publish(event(ORDERS, UNSPEAKABLE));
        told.await();
        publish(event(NOTES, 20));
        assertThat(ana.resets).containsExactly("orders fault");
        assertThat(ben.received).containsExactly(1L, UNSPEAKABLE, 20L);
    }

    @Test
    void whoFailsToHearOfAResetKeepsItFromNobodyAndTheBatchGoesOutOnce() throws Exception {
        ben.reset = LaneFaultsTest::fail;
        publish(event(NOTES, 1), reset(ORDERS, 2));
        publish(event(NOTES, 3));
        assertThat(ana.resets).containsExactly("orders truncated");
        assertThat(ben.received).containsExactly(1L, 3L);
    }

    @Test
    void whoFailsToHearOfAFaultKeepsItFromNobody() throws Exception {
        ben.reset = LaneFaultsTest::fail;
        publish(event(ORDERS, UNSPEAKABLE), event(NOTES, UNSPEAKABLE + 1));
        publish(event(NOTES, 20));
        assertThat(ana.resets).containsExactly("orders fault");
        assertThat(ben.received)
                .containsExactlyInAnyOrder(UNSPEAKABLE, UNSPEAKABLE + 1, 20L)
                .endsWith(20L);
    }

    @Test
    void whoFailsInATickTakesItFromNobody() throws Exception {
        var ticks = new ArrayList<String>();
        ana.ticked = LaneFaultsTest::fail;
        ben.ticked = () -> ticks.add("ben");
        loop.submit(() -> lane.tick(0)).get();
        assertThat(ticks).containsExactly("ben");
    }

    private static void fail() {
        throw new AssertionError("as the test wants it");
    }

    private void publish(Event... events) throws Exception {
        var before = hub.ring().head();
        var after = new Position(before.xmax() + 1, new long[0]);
        hub.publish(new Batch("epoch", before, after, List.of(events)));
        loop.submit(() -> {}).get();
    }

    private static Event event(ChannelKey key, long id) {
        return new Event(
                id, id, key.tenant(), key.channel(), "t", null, null, null, null, Instant.EPOCH);
    }

    private static Event reset(ChannelKey key, long id) {
        return event(key, id).told(Event.RESET, ResetReason.TRUNCATED.code());
    }
}
