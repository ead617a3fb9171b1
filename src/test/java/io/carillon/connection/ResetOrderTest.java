package io.carillon.connection;

import static io.carillon.connection.TestServices.MINUTE;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.carillon.channel.Cursor;
import io.carillon.channel.Event;
import io.carillon.channel.Leg;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.log.History;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/// A TRUNCATE is told to all tenants, among the tenants' own events: nobody gets a cursor from
/// beyond it before it was told, and nobody who falls behind beyond it misses it.
///
/// Two tenants, since by their hashes one is met before `*`, the other behind.
@Tag("A3")
class ResetOrderTest {
    private static final String EPOCH = "0123456789ab";
    private static final Position BEFORE = new Position(10, new long[0]);
    private static final Position AFTER = new Position(13, new long[0]);

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final Hub hub = new Hub(1 << 20);
    private final FakeClient client = new FakeClient();

    private Connection follow(String tenant) {
        hub.start(new Batch(EPOCH, BEFORE, BEFORE, List.of()));
        var principal = TestServices.ana(tenant);
        var services = TestServices.of(new Nothing(), Runnable::run, MINUTE, MINUTE);
        var lane = hub.lane(loop.eventLoop());
        var connection = new Connection(services, lane, client, "c", principal);
        var cursor = new Cursor(EPOCH, Place.at(BEFORE)).encode();
        connection.accept(new Command.Subscribe(1, List.of("orders", "notes"), cursor));
        turn();
        return connection;
    }

    private void turn() {
        loop.runPendingTasks();
    }

    private static Event event(long id, String tenant, String channel, String type) {
        return event(id, 12, tenant, channel, type);
    }

    private static Event event(long id, long xid, String tenant, String channel, String type) {
        var data = type.equals(Event.RESET) ? ResetReason.TRUNCATED.code() : "{}";
        return new Event(id, xid, tenant, channel, type, data, null, null, null, Instant.EPOCH);
    }

    /// Notes, then orders are emptied, then notes again.
    private static Batch batch(String tenant) {
        return new Batch(
                EPOCH,
                BEFORE,
                AFTER,
                List.of(
                        event(1, tenant, "notes", "note.created"),
                        event(2, Event.ALL_TENANTS, "orders", Event.RESET),
                        event(3, tenant, "orders", "order.created"),
                        event(4, tenant, "notes", "note.created")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alfa", "kilo", "acme", "globex"})
    void whatWasWrittenAfterATruncateIsNotToldBeforeIt(String tenant) {
        follow(tenant);
        hub.publish(batch(tenant));
        turn();
        assertThat(client.received).extracting(Event::id).containsExactly(1L, 4L);
        assertThat(client.messages)
                .contains(new Message.Reset(List.of("orders"), ResetReason.TRUNCATED));
        loop.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alfa", "kilo", "acme", "globex"})
    void whoFallsBehindRightAfterATruncateIsToldOfIt(String tenant) {
        var connection = follow(tenant);
        client.room = 1;
        hub.publish(batch(tenant));
        turn();
        client.room = 100;
        connection.writable();
        turn();
        assertThat(client.received).extracting(Event::channel).containsOnly("notes");
        assertThat(client.messages)
                .contains(new Message.Reset(List.of("orders"), ResetReason.TRUNCATED));
        loop.close();
    }

    /// Told in the middle of the batch; what else that holds of the channel was there when the
    /// client reads again.
    @ParameterizedTest
    @ValueSource(strings = {"alfa", "kilo", "acme", "globex"})
    void whoHasOnePositionFollowsOnFromTheEndOfTheBatch(String tenant) {
        client.onePosition = true;
        var connection = follow(tenant);
        hub.publish(batch(tenant));
        turn();
        assertThat(client.received).extracting(Event::id).containsExactly(1L, 4L);
        assertThat(client.messages)
                .contains(new Message.Reset(List.of("orders"), ResetReason.TRUNCATED))
                .last()
                .isEqualTo(new Message.Ping(new Cursor(EPOCH, Place.at(AFTER))));
        assertThat(connection.channels()).containsExactlyInAnyOrder("orders", "notes");
        var later = new Position(14, new long[0]);
        hub.publish(
                new Batch(
                        EPOCH,
                        AFTER,
                        later,
                        List.of(event(5, 13, tenant, "orders", "order.made"))));
        turn();
        assertThat(client.received).extracting(Event::id).containsExactly(1L, 4L, 5L);
        loop.close();
    }

    @Test
    void whoHasOnePositionFollowsAnotherLogFromItsBeginning() {
        client.onePosition = true;
        var connection = follow("acme");
        hub.start(new Batch("ba9876543210", AFTER, AFTER, List.of()));
        turn();
        assertThat(client.messages)
                .filteredOn(Message.Reset.class::isInstance)
                .singleElement(as(type(Message.Reset.class)))
                .matches(reset -> reset.reason() == ResetReason.EPOCH);
        assertThat(connection.channels()).containsExactlyInAnyOrder("orders", "notes");
        var later = new Position(14, new long[0]);
        var event = event(5, 13, "acme", "orders", "order.made");
        hub.publish(new Batch("ba9876543210", AFTER, later, List.of(event)));
        turn();
        assertThat(client.received).containsExactly(event);
        loop.close();
    }

    /// Else it would have to know which of its channels it follows from where.
    @Test
    void whoHasOnePositionIsRefusedWholeWhereOneChannelOfACommandIsReset() {
        client.onePosition = true;
        var connection = follow("acme");
        hub.publish(batch("acme"));
        turn();
        connection.accept(new Command.Unsubscribe(2, List.of("orders", "notes")));
        var before = new Cursor(EPOCH, Place.at(BEFORE)).encode();
        connection.accept(new Command.Subscribe(3, List.of("orders", "notes"), before));
        turn();
        assertThat(client.messages)
                .last()
                .asInstanceOf(type(Message.Refused.class))
                .matches(refused -> refused.reason() == ResetReason.TRUNCATED);
        assertThat(connection.channels()).isEmpty();
        loop.close();
    }

    @Test
    void aCommandThatWaitsWhileTheLogChangesIsRefusedAndItsChannelsAreNotResetOnceMore() {
        var connection = follow("acme");
        var ahead = new Cursor(EPOCH, Place.at(AFTER)).encode();
        connection.accept(new Command.Subscribe(2, List.of("late"), ahead));
        turn();
        hub.start(new Batch("ba9876543210", AFTER, AFTER, List.of()));
        turn();
        assertThat(client.messages)
                .filteredOn(Message.Refused.class::isInstance)
                .singleElement(as(type(Message.Refused.class)))
                .matches(refused -> refused.reason() == ResetReason.EPOCH);
        assertThat(client.messages)
                .filteredOn(Message.Reset.class::isInstance)
                .singleElement(as(type(Message.Reset.class)))
                .extracting(Message.Reset::channels, as(LIST))
                .containsExactlyInAnyOrder("orders", "notes");
        loop.close();
    }

    /// Everything is in the ring.
    private record Nothing() implements History {
        @Override
        public Page read(String tenant, Set<String> channels, Leg leg, int limit) {
            throw new AssertionError("the log is not needed");
        }

        @Override
        public int count(String tenant, Set<String> channels, Place place, int limit) {
            return 0;
        }
    }
}
