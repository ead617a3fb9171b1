package io.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Cursor;
import io.carillon.channel.Event;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.identity.Principal;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.stream.LongStream;

/// Clients that join by a read, vanish, come back to another node, read slowly: against a simulated
/// log, thousands of interleavings, each repeatable by its seed.
@Tag("A3")
@Tag("A9")
@Tag("F6")
class RecoveryTest {
    private static final List<String> CHANNELS = List.of("a", "b", "c");
    private static final Principal ANA =
            new Principal(
                    "acme", "ana", "Ana", Set.of(), null, null, Instant.now().plusSeconds(9_999));

    static LongStream seeds() {
        return LongStream.range(1, 1_500);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyClientGetsEveryEventOnceAndRowsInOrder(long seed) {
        new Run(seed).play();
    }

    /// One node: a hub with one lane, and a tail that looks when the play says so.
    private static final class Node {
        final EmbeddedChannel loop = new EmbeddedChannel();
        final Hub hub;
        Position position;

        Node(SimulatedLog log, long ring) {
            hub = new Hub(ring);
            position = log.position();
            hub.start(new Batch(SimulatedLog.EPOCH, position, position, List.of()));
        }

        void look(SimulatedLog log) {
            position = log.look(hub, position);
        }

        void turn() {
            loop.runPendingTasks();
        }
    }

    /// One client with what it knew when it first read.
    private static final class Follower {
        final Set<Long> readByRest = new HashSet<>();
        final List<Event> received = new ArrayList<>();
        FakeClient client = new FakeClient();
        Connection connection;
        Node node;
        final Map<String, String> cursors = new HashMap<>();
    }

    private static final class Run {
        private final Random random;
        private final SimulatedLog log;
        private final List<Node> nodes = new ArrayList<>();
        private final List<Follower> followers = new ArrayList<>();
        private final List<Runnable> elsewhere = new ArrayList<>();
        private final Services services;

        Run(long seed) {
            random = new Random(seed);
            log = new SimulatedLog(random);
            for (var step = random.nextInt(30); step > 0; step--) {
                log.step(CHANNELS);
            }
            // A ring of a few events, so that the log is read as often as memory.
            nodes.add(new Node(log, 400 + random.nextInt(6_000)));
            nodes.add(new Node(log, 400 + random.nextInt(6_000)));
            services =
                    new Services(settings(), new AllRights(), log, (t, c, y, d, a) -> {}, later());
        }

        private Settings settings() {
            var minute = Duration.ofMinutes(1);
            var page = 1 + random.nextInt(5);
            return new Settings(
                    minute, minute, minute, minute, 100, 64, 10_000, 10_000, 100_000, page, 4,
                    minute, minute, 8_192);
        }

        /// Work that blocks is done when the play says so.
        private AbstractExecutorService later() {
            return new DirectExecutor(elsewhere::add);
        }

        void play() {
            for (var step = 0; step < 250; step++) {
                log.step(CHANNELS);
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> nodes.get(random.nextInt(2)).look(log);
                    case 3, 4 -> nodes.get(random.nextInt(2)).turn();
                    case 5, 6 -> workElsewhere();
                    case 7 -> join();
                    case 8 -> vanish();
                    case 9 -> comeBack();
                    case 10 -> slowDown();
                    default -> readOn();
                }
            }
            settle();
            followers.forEach(this::check);
        }

        private void workElsewhere() {
            if (!elsewhere.isEmpty()) {
                elsewhere.removeFirst().run();
            }
        }

        private void join() {
            if (followers.size() == 4) {
                return;
            }
            var follower = new Follower();
            followers.add(follower);
            log.committed().forEach(event -> follower.readByRest.add(event.id()));
            var cursor = new Cursor(SimulatedLog.EPOCH, Place.at(log.position())).encode();
            CHANNELS.forEach(channel -> follower.cursors.put(channel, cursor));
            connect(follower);
        }

        private void connect(Follower follower) {
            follower.node = nodes.get(random.nextInt(2));
            follower.client = new FakeClient();
            follower.client.room = random.nextInt(4);
            var lane = follower.node.hub.lane(follower.node.loop.eventLoop());
            follower.connection = new Connection(services, lane, follower.client, "c", ANA);
            // All at once or one after the other, as pages do.
            var together =
                    random.nextBoolean() && Set.copyOf(follower.cursors.values()).size() == 1;
            var groups = together ? List.of(CHANNELS) : CHANNELS.stream().map(List::of).toList();
            var id = 0;
            for (var group : groups) {
                var cursor = follower.cursors.get(group.getFirst());
                group.forEach(channel -> follower.client.pending.put(channel, cursor));
                follower.connection.accept(new Command.Subscribe(id++, group, cursor));
            }
        }

        private void vanish() {
            if (followers.isEmpty()) {
                return;
            }
            var follower = followers.get(random.nextInt(followers.size()));
            if (follower.connection != null) {
                leave(follower);
            }
        }

        /// Takes what was received, and the cursors that the protocol's rule gives.
        private void leave(Follower follower) {
            follower.connection.closed();
            follower.connection = null;
            var client = follower.client;
            follower.received.addAll(client.received);
            for (var channel : CHANNELS) {
                var own = client.pending.get(channel);
                follower.cursors.put(
                        channel, own != null ? own : Objects.requireNonNull(client.cursor));
            }
        }

        private void comeBack() {
            for (var follower : followers) {
                if (follower.connection == null) {
                    connect(follower);
                    return;
                }
            }
        }

        private void slowDown() {
            if (!followers.isEmpty()) {
                followers.get(random.nextInt(followers.size())).client.room = random.nextInt(3);
            }
        }

        private void readOn() {
            if (!followers.isEmpty()) {
                var follower = followers.get(random.nextInt(followers.size()));
                follower.client.room = 1 + random.nextInt(20);
                if (follower.connection != null) {
                    follower.connection.writable();
                }
            }
        }

        private void settle() {
            log.endAll();
            followers.stream().filter(it -> it.connection == null).forEach(this::connect);
            for (var round = 0; round < 200; round++) {
                nodes.forEach(node -> node.look(log));
                nodes.forEach(Node::turn);
                while (!elsewhere.isEmpty()) {
                    workElsewhere();
                }
                for (var follower : followers) {
                    follower.client.room = 1_000;
                    follower.connection.writable();
                }
            }
            followers.forEach(this::leave);
            nodes.forEach(node -> node.loop.close());
        }

        private void check(Follower follower) {
            var expected =
                    log.committed().stream()
                            .map(Event::id)
                            .filter(id -> !follower.readByRest.contains(id))
                            .sorted()
                            .toList();
            var received = follower.received.stream().map(Event::id).sorted().toList();
            assertThat(received).isEqualTo(expected);
            var lastOfRow = new HashMap<String, Long>();
            for (var event : follower.received) {
                var before = lastOfRow.put(event.ref(), event.id());
                assertThat(before == null || before < event.id()).isTrue();
            }
        }
    }
}
