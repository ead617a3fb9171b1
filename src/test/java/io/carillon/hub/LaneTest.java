package io.carillon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.Position;
import io.netty.channel.DefaultEventLoop;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class LaneTest {
    private static final ChannelKey ORDERS = new ChannelKey("acme", "orders");
    private static final Position START = new Position(1, new long[0]);

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Hub hub = new Hub(1 << 20);
    private final List<Guest> guests = new ArrayList<>();

    @BeforeEach
    void sit() throws Exception {
        hub.start(new Batch("epoch", START, START, List.of()));
        var lane = hub.lane(loop);
        for (var number = 0; number < 8; number++) {
            guests.add(new Guest(lane));
        }
        loop.submit(() -> guests.forEach(guest -> guest.sit(ORDERS))).get();
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully();
    }

    /// As a poll does whose room is full.
    @Test
    void whoeverLeavesInTheMiddleOfAFanOutTakesNothingFromTheOthers() throws Exception {
        var leaving = List.of(guests.get(1), guests.get(4), guests.get(7));
        leaving.forEach(guest -> guest.asked = () -> guest.leave(ORDERS));
        publish(1, 2);
        for (var guest : guests) {
            assertThat(guest.received)
                    .isEqualTo(leaving.contains(guest) ? List.of() : List.of(1L, 2L));
        }
    }

    /// As all that share a socket do when it closes.
    @Test
    void whoeverTakesOthersAlongTakesNothingFromTheRest() throws Exception {
        for (var first = 0; first < guests.size(); first++) {
            for (var second = 0; second < guests.size(); second++) {
                together(guests.get(first), guests.get(second));
            }
        }
    }

    private void together(Guest first, Guest second) throws Exception {
        first.asked =
                () -> {
                    first.leave(ORDERS);
                    second.leave(ORDERS);
                };
        publish(1, 2);
        for (var guest : guests) {
            if (guest != first && guest != second) {
                assertThat(guest.received).containsExactly(1L, 2L);
            }
            guest.received.clear();
        }
        first.asked = () -> {};
        var back = first == second ? List.of(first) : List.of(first, second);
        loop.submit(() -> back.forEach(guest -> guest.sit(ORDERS))).get();
    }

    @Test
    void whoeverTakesNothingNowKeepsNothingFromTheOthers() throws Exception {
        guests.get(3).slow = true;
        publish(1);
        for (var guest : guests) {
            assertThat(guest.received).isEqualTo(guest.slow ? List.of() : List.of(1L));
        }
    }

    private void publish(long... ids) throws Exception {
        for (var id : ids) {
            var event =
                    new Event(id, id, "acme", "orders", "t", null, null, null, null, Instant.EPOCH);
            var before = hub.ring().head();
            var after = new Position(before.xmax() + 1, new long[0]);
            hub.publish(new Batch("epoch", before, after, List.of(event)));
        }
        loop.submit(() -> {}).get();
    }
}
