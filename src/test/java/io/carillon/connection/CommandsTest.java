package io.carillon.connection;

import static io.carillon.connection.TestServices.MINUTE;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.auth.Access;
import io.carillon.auth.Admission;
import io.carillon.channel.Position;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.identity.Principal;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Random;

/// Every command is answered, whatever happens on the way.
@Tag("F6")
class CommandsTest {
    private static final Position START = new Position(10, new long[0]);

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final Hub hub = new Hub(1 << 20);
    private final FakeClient client = new FakeClient();

    @Test
    void aFaultOfOneCommandIsItsAnswerAndTheNextIsCarriedOut() {
        hub.start(new Batch(SimulatedLog.EPOCH, START, START, List.of()));
        var settings = TestServices.settings(MINUTE, MINUTE, 100);
        var log = new SimulatedLog(new Random(1));
        var services = TestServices.of(log, Runnable::run, new Faulty(), settings);
        var ana = TestServices.ana("acme");
        var connection = new Connection(services, hub.lane(loop.eventLoop()), client, "c", ana);
        connection.accept(new Command.Subscribe(1, List.of("faulty"), null));
        connection.accept(new Command.Subscribe(2, List.of("sound"), null));
        loop.runPendingTasks();
        assertThat(client.messages).hasSize(2);
        assertThat(client.messages.getFirst())
                .isInstanceOfSatisfying(
                        Message.Refused.class,
                        it -> assertThat(it.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        assertThat(client.messages.getLast()).isInstanceOf(Message.Subscribed.class);
        loop.close();
    }

    /// Fails at one of the questions.
    private static final class Faulty implements Rights {
        private final Rights all = new AllRights();

        @Override
        public Access subscribe(Principal principal, String channel) {
            if (channel.equals("faulty")) {
                throw new LinkageError("as the test wants it");
            }
            return all.subscribe(principal, channel);
        }

        @Override
        public Admission principal(String token) {
            return all.principal(token);
        }

        @Override
        public Instant deadline(Principal principal) {
            return all.deadline(principal);
        }

        @Override
        public long changes() {
            return all.changes();
        }

        @Override
        public boolean revoked(Principal principal) {
            return all.revoked(principal);
        }

        @Override
        public Access publish(Principal principal, String channel) {
            return all.publish(principal, channel);
        }
    }
}
