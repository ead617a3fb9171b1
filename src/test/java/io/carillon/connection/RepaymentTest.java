package io.carillon.connection;

import static io.carillon.connection.TestServices.MINUTE;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.INTEGER;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.carillon.channel.Cursor;
import io.carillon.channel.Event;
import io.carillon.channel.Leg;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.hub.Latest;
import io.carillon.log.History;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/// What stands between one client's recovery and everybody else: it takes its turns, and a client
/// that takes no more is not read for.
@Tag("F6")
@Timeout(30)
class RepaymentTest {
    private static final String EPOCH = "0123456789ab";
    private static final Position THEN = new Position(10, new long[0]);
    private static final Position NOW = new Position(20, new long[0]);
    private static final Duration STALL = Duration.ofSeconds(30);

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final Hub hub = new Hub(1 << 20);
    private final FakeClient client = new FakeClient();
    private final List<Runnable> elsewhere = new ArrayList<>();
    private final Log log = new Log();

    @Test
    void theLogIsNotReadForWhoDoesNotRead() {
        hub.start(new Batch(EPOCH, NOW, NOW, List.of()));
        var connection = come(1);
        turn();
        assertThat(client.received).extracting(Event::id).containsExactly(1L);
        turn();
        assertThat(log.reads).isEqualTo(1);
        client.room = 10;
        connection.writable();
        turn();
        assertThat(client.received).extracting(Event::id).containsExactly(1L, 2L, 3L);
        loop.close();
    }

    @Test
    void whoDoesNotReadOnIsTooSlowSomeTimeAfterTheLastThatItTook() {
        hub.start(new Batch(EPOCH, NOW, NOW, List.of()));
        var connection = come(1);
        turn();
        assertThat(connection.stalled(System.nanoTime())).isFalse();
        assertThat(connection.stalled(System.nanoTime() + STALL.toNanos() + 1)).isTrue();
        client.room = 1;
        connection.writable();
        turn();
        assertThat(client.received).hasSize(2);
        assertThat(connection.stalled(System.nanoTime())).isFalse();
        assertThat(connection.stalled(System.nanoTime() + STALL.toNanos() + 1)).isTrue();
        loop.close();
    }

    @Test
    void aLongRecoveryFromMemoryLetsOthersHaveTheirTurn() {
        hub.start(new Batch(EPOCH, THEN, THEN, List.of()));
        hub.lane(loop.eventLoop());
        var events = LongStream.rangeClosed(1, 2_000).mapToObj(id -> Log.event(id, "a")).toList();
        var end = new Position(3_000, new long[0]);
        hub.publish(new Batch(EPOCH, THEN, end, events));
        turn();
        come(Integer.MAX_VALUE);
        var rights = elsewhere.removeFirst();
        var toldMeanwhile = new ArrayList<Integer>();
        elsewhere.add(() -> {
            rights.run();
            loop.eventLoop().execute(() -> toldMeanwhile.add(client.received.size()));
        });
        turn();
        assertThat(toldMeanwhile).singleElement(as(INTEGER)).isBetween(1, 1_000);
        assertThat(client.received).isEqualTo(events);
        assertThat(client.messages).hasAtLeastOneElementOfType(Message.Subscribed.class);
        loop.close();
    }

    /// One channel after the other lies in one batch; of none the client gets anything twice.
    @Test
    @Tag("C12")
    void aLongRecoveryOfConflatedChannelsTellsEachOfTheLatestOnce() {
        hub.conflate(new Latest(250, "a", "b", "c"));
        hub.start(new Batch(EPOCH, THEN, THEN, List.of()));
        hub.lane(loop.eventLoop());
        var names = List.of("a", "b", "c");
        var events =
                LongStream.rangeClosed(1, 1_200)
                        .mapToObj(id -> Log.event(id, names.get((int) id % 3), "" + id % 600))
                        .toList();
        hub.publish(new Batch(EPOCH, THEN, new Position(3_000, new long[0]), events));
        turn();
        come(Integer.MAX_VALUE);
        turn();
        assertThat(client.received).containsExactlyInAnyOrderElementsOf(events.subList(600, 1_200));
        assertThat(client.runs).hasSizeLessThan(30);
        loop.close();
    }

    /// What is told again for the window's sake is no gap.
    @Test
    @Tag("C12")
    void aConflatedChannelIsFollowedHoweverMuchItsLastWindowHeld() {
        hub.conflate(new Latest(250, "a"));
        hub.start(new Batch(EPOCH, THEN, THEN, List.of()));
        hub.lane(loop.eventLoop());
        var events = LongStream.rangeClosed(1, 20).mapToObj(id -> Log.event(id, "a")).toList();
        hub.publish(new Batch(EPOCH, THEN, new Position(3_000, new long[0]), events));
        turn();
        var settings = TestServices.settings(STALL, MINUTE, 10);
        var services = TestServices.of(log, elsewhere::add, new AllRights(), settings);
        var ana = TestServices.ana("acme");
        var connection = new Connection(services, hub.lane(loop.eventLoop()), client, "c", ana);
        connection.accept(new Command.Subscribe(1, List.of("a"), null));
        turn();
        assertThat(client.messages).singleElement().isInstanceOf(Message.Subscribed.class);
        var then = new Cursor(EPOCH, Place.at(THEN)).encode();
        connection.accept(new Command.Unsubscribe(2, List.of("a")));
        connection.accept(new Command.Subscribe(3, List.of("a"), then));
        turn();
        assertThat(client.messages)
                .last(as(type(Message.Refused.class)))
                .extracting(Message.Refused::reason)
                .isEqualTo(ResetReason.BEHIND);
        loop.close();
    }

    /// What waits is done, and what comes of it, as long as something comes; a hundred times at
    /// most.
    private void turn() {
        for (var round = 0; round < 100; round++) {
            loop.runScheduledPendingTasks();
            loop.runPendingTasks();
            if (elsewhere.isEmpty()) {
                return;
            }
            elsewhere.removeFirst().run();
        }
    }

    /// @param room how many runs the client takes
    private Connection come(int room) {
        var ana = TestServices.ana("acme");
        var services = TestServices.of(log, elsewhere::add, STALL, MINUTE);
        client.room = room;
        var connection = new Connection(services, hub.lane(loop.eventLoop()), client, "c", ana);
        var cursor = new Cursor(EPOCH, Place.at(THEN)).encode();
        connection.accept(new Command.Subscribe(1, List.of("a", "b", "c"), cursor));
        return connection;
    }

    /// Three events, each in a run of its own.
    private static final class Log implements History {
        int reads;

        @Override
        public Page read(String tenant, Set<String> channels, Leg leg, int limit) {
            reads++;
            return new Page.Found(
                    List.of(event(1, "a"), event(2, "b"), event(3, "c")).stream()
                            .filter(leg::wants)
                            .toList());
        }

        private static Event event(long id, String channel) {
            return event(id, channel, "" + id);
        }

        private static Event event(long id, String channel, String data) {
            return new Event(
                    id,
                    10 + id,
                    "acme",
                    channel,
                    "row.updated",
                    data,
                    null,
                    null,
                    channel,
                    Instant.EPOCH);
        }

        @Override
        public int count(String tenant, Set<String> channels, Place place, int limit) {
            return 3;
        }
    }
}
