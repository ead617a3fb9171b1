package io.carillon.connection;

import static io.carillon.connection.TestServices.MINUTE;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Cursor;
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
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A cursor that is newer than the node: a node that has looked at the log since may say that there
/// is nothing like it, a node that hears nothing of the log may not.
@Tag("A3")
@Timeout(30)
class AheadTest {
    private static final String EPOCH = "0123456789ab";
    private static final Position HERE = new Position(10, new long[0]);
    private static final Position BEYOND = new Position(13, new long[0]);

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final Hub hub = new Hub(1 << 20);
    private final FakeClient client = new FakeClient();

    @Test
    void aNodeThatLooksAndDoesNotFindItSaysReset() {
        come();
        while (client.messages.isEmpty() && client.closed == null) {
            hub.heard(System.nanoTime());
            turn();
        }
        assertThat(client.closed).isNull();
        assertThat(client.messages)
                .singleElement()
                .isInstanceOfSatisfying(
                        Message.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(ResetReason.AHEAD));
        loop.close();
    }

    @Test
    void aNodeThatHearsNothingOfTheLogSendsTheClientToAnother() {
        come();
        while (client.messages.isEmpty() && client.closed == null) {
            turn();
        }
        assertThat(client.messages).isEmpty();
        assertThat(client.closed).isEqualTo(Disconnect.UNAVAILABLE);
        loop.close();
    }

    private void turn() {
        loop.advanceTimeBy(100, TimeUnit.MILLISECONDS);
        loop.runScheduledPendingTasks();
        loop.runPendingTasks();
        Thread.onSpinWait();
    }

    private void come() {
        // Nothing that is due later happens before the first turn.
        loop.freezeTime();
        hub.start(new Batch(EPOCH, HERE, HERE, List.of()));
        var ana = TestServices.ana("acme");
        var services =
                TestServices.of(new Nothing(), Runnable::run, MINUTE, Duration.ofMillis(100));
        var connection = new Connection(services, hub.lane(loop.eventLoop()), client, "c", ana);
        var cursor = new Cursor(EPOCH, Place.at(BEYOND)).encode();
        connection.accept(new Command.Subscribe(1, List.of("orders"), cursor));
        loop.runPendingTasks();
    }

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
