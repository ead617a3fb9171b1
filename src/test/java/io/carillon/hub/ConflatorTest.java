package io.carillon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.netty.channel.DefaultEventLoop;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

@Timeout(20)
@Tag("C12")
class ConflatorTest {
    private static final ChannelKey METERS = new ChannelKey("acme", "meters");
    private static final Position START = new Position(1, new long[0]);

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Hub hub = new Hub(1 << 20);
    private final List<Run> told = new ArrayList<>();

    @AfterEach
    void stop() {
        loop.shutdownGracefully();
    }

    @Test
    void theFirstIsToldAtOnceThenTheLatestOfEachKey() throws Exception {
        var second = new CountDownLatch(2);
        var conflator = conflator(50, second);
        loop.submit(
                        () -> {
                            conflator.takes(run(1, 1));
                            conflator.takes(run(2, 1));
                            conflator.takes(run(3, 2));
                            conflator.takes(run(4, 1));
                        })
                .get();
        second.await();
        assertThat(told).extracting(Run::kind).containsOnly(Run.Kind.CONFLATED);
        assertThat(told).extracting(Run::cursor).containsOnlyNulls();
        assertThat(told.stream().map(run -> run.events().stream().map(Event::id).toList()))
                .containsExactly(List.of(1L), List.of(3L, 4L));
    }

    @Test
    void moreKeysThanMayWaitAreToldBeforeTheWindowEnds() throws Exception {
        var conflator = conflator(60_000, new CountDownLatch(1));
        loop.submit(
                        () -> {
                            for (var id = 0; id <= 1_001; id++) {
                                conflator.takes(run(id, id));
                            }
                        })
                .get();
        assertThat(told.stream().mapToInt(run -> run.events().size()).sum()).isEqualTo(1_002);
        assertThat(conflator.waiting(METERS)).isEmpty();
    }

    @Test
    void whoeverComesBackIsToldFromBeforeTheWindow() {
        var ring = new Ring(1 << 20, batch(1));
        ring.append(batch(2));
        ring.append(batch(3));
        var place = Place.at(new Position(4, new long[0]));
        assertThat(ring.before(place, 0)).isEqualTo(place);
        assertThat(ring.before(place, 60_000_000_000L)).isEqualTo(Place.at(START));
        var foreign = Place.at(new Position(0, new long[0]));
        assertThat(ring.before(foreign, 60_000_000_000L)).isEqualTo(foreign);
    }

    private Conflator conflator(long window, CountDownLatch tellings) throws Exception {
        hub.start(new Batch("epoch", START, START, List.of()));
        var rules =
                new Conflation() {
                    @Override
                    public long windowMillis(String channel) {
                        return window;
                    }

                    @Override
                    public String key(Event event) {
                        return String.valueOf(event.data());
                    }
                };
        return new Conflator(
                hub.lane(loop),
                () -> rules,
                runs -> {
                    told.addAll(runs);
                    tellings.countDown();
                });
    }

    private static Run run(long id, long key) {
        return new Run(METERS, List.of(event(id, Long.toString(key))), null, null, Run.Kind.EVENTS);
    }

    private static Batch batch(long id) {
        return new Batch(
                "epoch",
                new Position(id, new long[0]),
                new Position(id + 1, new long[0]),
                List.of(event(id, "x")));
    }

    private static Event event(long id, String data) {
        return new Event(id, id, "acme", "meters", "t", data, null, null, null, Instant.EPOCH);
    }
}
