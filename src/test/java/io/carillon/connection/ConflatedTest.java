package io.carillon.connection;

import static io.carillon.connection.TestServices.MINUTE;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Cursor;
import io.carillon.channel.Event;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.hub.Latest;
import io.carillon.hub.Run;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// What conflated events do among others: they are in nobody's way, and the last told is the
/// latest.
@Tag("C12")
@Tag("A3")
class ConflatedTest {
    private static final String EPOCH = "0123456789ab";
    private static final Position START = new Position(10, new long[0]);
    private static final long WINDOW = 250;

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final Hub hub = new Hub(1 << 20);
    private final SimulatedLog log = new SimulatedLog(new Random(1));

    @BeforeEach
    void start() {
        loop.freezeTime();
        hub.conflate(new Latest(WINDOW, "meters"));
        hub.start(new Batch(EPOCH, START, START, List.of()));
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private Connection follow(FakeClient client) {
        return follow(client, hub.ring().head());
    }

    private Connection follow(FakeClient client, Position from) {
        var services = TestServices.of(log, Runnable::run, MINUTE, MINUTE);
        var lane = hub.lane(loop.eventLoop());
        var connection = new Connection(services, lane, client, "c", TestServices.ana("acme"));
        var cursor = new Cursor(EPOCH, Place.at(from)).encode();
        connection.accept(new Command.Subscribe(1, List.of("news", "meters"), cursor));
        loop.runPendingTasks();
        return connection;
    }

    private void publish(Event... events) {
        var before = hub.ring().head();
        var after = new Position(before.xmax() + 1, new long[0]);
        hub.publish(new Batch(EPOCH, before, after, List.of(events)));
        loop.runPendingTasks();
    }

    private Event event(long id, String channel) {
        var xid = hub.ring().head().xmax();
        return new Event(id, xid, "acme", channel, "t", "x", null, null, null, Instant.EPOCH);
    }

    @Test
    void whoFallsBehindAtAConflatedEventIsNotToldOnceMoreWhatCameBeforeIt() {
        var client = new FakeClient();
        var connection = follow(client);
        client.room = 1;
        publish(event(1, "news"), event(2, "meters"), event(3, "news"));
        client.room = 100;
        connection.writable();
        loop.runPendingTasks();
        assertThat(client.received)
                .extracting(Event::id)
                .containsExactlyInAnyOrder(1L, 2L, 3L)
                .containsSubsequence(1L, 3L);
    }

    @Test
    void aConflatedEventStandsBehindWhatCameBeforeIt() {
        var client = new FakeClient();
        follow(client);
        var news = event(1, "news");
        publish(news, event(2, "meters"));
        var conflated = client.runs.getLast();
        assertThat(conflated.kind()).isEqualTo(Run.Kind.CONFLATED);
        assertThat(conflated.before()).isNotNull();
        assertThat(conflated.before().place().sees(news.xid(), 1)).isTrue();
        assertThat(conflated.before().place().sees(news.xid(), 2)).isFalse();
    }

    @Test
    void whatWaitedForWhoLeftIsNotToldAfterWhatIsLater() {
        var first = follow(new FakeClient());
        publish(event(1, "meters"));
        publish(event(2, "meters"));
        first.closed();
        var seen = hub.ring().head();
        publish(event(3, "meters"));
        var client = new FakeClient();
        follow(client, seen);
        loop.advanceTimeBy(WINDOW, TimeUnit.MILLISECONDS);
        loop.runScheduledPendingTasks();
        assertThat(client.received).extracting(Event::id).containsExactly(3L);
    }

    /// Its cursor says that it has seen what waits for the end of the window.
    @Test
    void whatWaitedWhenTheLastFollowerLeftIsToldWhenItComesBack() {
        var first = follow(new FakeClient());
        publish(event(1, "meters"));
        publish(event(2, "meters"));
        first.closed();
        var client = new FakeClient();
        follow(client);
        assertThat(client.received).extracting(Event::id).containsExactly(2L);
    }
}
