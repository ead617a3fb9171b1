package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Of a conflated channel only the latest event per key within a window is sent, on every
/// transport.
@Timeout(60)
@Tag("C12")
class ConflationTest {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final int KEYS = 4;
    private static TestNode one;
    private static TestNode two;

    private final String tenant = "t" + TESTS.incrementAndGet();
    private final String ana = TestNode.token(tenant, "ana");

    @BeforeAll
    static void start() {
        one = TestNode.start();
        two = one.beside();
        one.open("news", "meters", "slow", "rows");
        one.sql("select carillon.conflate('meters', 200, 'device.id')");
        one.sql("select carillon.conflate('slow', 30000, 'device.id')");
        one.sql("create table public.machine (id int primary key, tenant_id text, n int)");
        one.sql("select carillon.watch('public.machine', 'rows')");
        one.sql("select carillon.conflate('rows', 200)");
        for (var node : List.of(one, two)) {
            for (var channel : List.of("meters", "slow", "rows")) {
                while (node.hub().conflation().windowMillis(channel) == 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
    }

    @ParameterizedTest
    @EnumSource
    void aFloodArrivesAsTheLatestPerKey(Transport transport) {
        try (var client = transport.follow(two, ana, List.of("meters"), one.cursor())) {
            flood();
            var received = 0;
            var last = new HashMap<Object, Long>();
            while (last.size() < KEYS || !last.values().stream().allMatch(it -> it == 25)) {
                var message = conflated(client);
                assertThat(message).doesNotContainKey("cursor");
                for (var data : Transport.Follower.data(message)) {
                    received++;
                    var before = last.put(device(data), n(data));
                    assertThat(before == null || before <= n(data)).isTrue();
                }
            }
            assertThat(received).isLessThan(25 * KEYS / 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoeverComesBackGetsTheLatestPerKey(Transport transport) {
        String cursor;
        try (var client = transport.follow(two, ana, List.of("meters", "news"), one.cursor())) {
            one.emit(tenant, "news", "t", "{}");
            client.events(1);
            cursor = client.cursor;
        }
        flood();
        one.awaitSeen();
        try (var client = transport.follow(one, ana, List.of("meters", "news"), cursor)) {
            var message = conflated(client);
            assertThat(Transport.Follower.data(message))
                    .extracting(ConflationTest::device)
                    .containsExactly(0L, 1L, 2L, 3L);
            assertThat(Transport.Follower.data(message))
                    .extracting(ConflationTest::n)
                    .containsOnly(25L);
        }
    }

    /// Its cursor says that it has seen what waits for the end of the window.
    @ParameterizedTest
    @EnumSource
    void whatWaitedWhenTheClientLeftIsToldWhenItComesBack(Transport transport) {
        String cursor;
        var both = List.of("slow", "news");
        // Keeps the window open on the lane of everybody who comes.
        emit("slow", 0, 0);
        try (var client = transport.follow(two, ana, both, one.cursor())) {
            emit("slow", 1, 1);
            conflated(client);
            emit("slow", 1, 2);
            one.emit(tenant, "news", "t", "{}");
            var seen = 0L;
            while (true) {
                var message = client.next();
                if ("events".equals(message.get("push"))) {
                    break;
                }
                seen = "conflated".equals(message.get("push")) ? latest(message) : seen;
            }
            cursor = client.cursor;
            if (transport == Transport.POLLING) {
                // A poll says with its cursor that it has told everything.
                while (seen < 2) {
                    var message = client.next();
                    seen = "conflated".equals(message.get("push")) ? latest(message) : seen;
                }
                return;
            }
        }
        two.awaitSeen();
        try (var client = transport.follow(two, ana, both, cursor)) {
            assertThat(latest(conflated(client))).isEqualTo(2);
        }
    }

    /// More than one answer of a poll holds: the next goes on where the last has ended.
    @ParameterizedTest
    @EnumSource
    void howManyKeysEverWereMissedAllOfThemArrive(Transport transport) {
        var cursor = one.cursor();
        var keys = 2_000;
        one.sql(
                """
                do $$ begin
                  for step in 1..10 loop
                    perform carillon.emit('%1$s', 'meters', 'level', jsonb_build_object(
                        'device', jsonb_build_object('id', device), 'n', 1, 'more', repeat('x', 200)))
                      from generate_series(1 + (step - 1) * %2$d / 10, step * %2$d / 10) device;
                    commit;
                  end loop;
                end $$
                """
                        .formatted(tenant, keys));
        one.emit(tenant, "news", "t", "{}");
        one.awaitSeen();
        try (var client = transport.follow(one, ana, List.of("meters", "news"), cursor)) {
            var devices = new HashSet<>();
            var received = 0;
            var news = 0;
            while (news == 0 || devices.size() < keys) {
                var message = client.next();
                if ("events".equals(message.get("push"))) {
                    news++;
                } else if ("conflated".equals(message.get("push"))) {
                    for (var data : Transport.Follower.data(message)) {
                        received++;
                        devices.add(device(data));
                    }
                }
                assertThat(received).isLessThanOrEqualTo(keys);
            }
            assertThat(news).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofAWatchedTableTheLatestStateOfEachRowIsTold(Transport transport) {
        var id = 1_000 + transport.ordinal();
        try (var client = transport.follow(two, ana, List.of("rows"), one.cursor())) {
            one.sql(
                    """
                    do $$ begin
                      insert into public.machine values (%1$d, '%2$s', 1);
                      commit;
                      for number in 2..20 loop
                        update public.machine set n = number where id = %1$d;
                        commit;
                      end loop;
                      delete from public.machine where id = %1$d;
                    end $$
                    """
                            .formatted(id, tenant));
            var received = 0;
            var type = "";
            while (!type.equals("machine.deleted")) {
                for (var event : (List<?>) conflated(client).get("events")) {
                    received++;
                    type = (String) ((Map<?, ?>) event).get("type");
                }
            }
            assertThat(received).isLessThan(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ephemeralEventsAreConflatedToo(Transport transport) {
        var both = List.of("meters", "news");
        // Whoever is told what it missed takes nothing that nobody keeps.
        try (var client = transport.follow(two, ana, both, null).subscribed()) {
            one.emit(tenant, "news", "t", "{}");
            client.events(1);
            if (transport == Transport.POLLING) {
                // What nobody keeps reaches whoever waits.
                return;
            }
            one.sql(
                    """
                    do $$ begin
                      for n in 1..50 loop
                        perform carillon.broadcast('%s', 'meters', 't',
                          jsonb_build_object('device', jsonb_build_object('id', 1), 'n', n));
                        commit;
                      end loop;
                    end $$
                    """
                            .formatted(tenant));
            var received = 0;
            var last = 0L;
            while (last < 50) {
                var message = client.next();
                if ("ephemeral".equals(message.get("push"))) {
                    received++;
                    last = latest(message);
                }
            }
            assertThat(received).isLessThan(25);
        }
    }

    /// Each key 25 times, in a transaction each: how long that takes is Postgres's affair alone.
    private void flood() {
        one.sql(
                """
                do $$ begin
                  for n in 1..25 loop
                    for device in 0..%d loop
                      perform carillon.emit('%s', 'meters', 'level',
                        jsonb_build_object('device', jsonb_build_object('id', device), 'n', n));
                      commit;
                    end loop;
                  end loop;
                end $$
                """
                        .formatted(KEYS - 1, tenant));
    }

    private void emit(String channel, int device, int n) {
        one.emit(
                tenant, channel, "level", "{\"device\":{\"id\":%d},\"n\":%d}".formatted(device, n));
    }

    private static Map<String, Object> conflated(Transport.Follower client) {
        while (true) {
            var message = client.next();
            if ("conflated".equals(message.get("push"))) {
                return message;
            }
            assertThat(message.get("push")).isIn("subscribed", "ping");
        }
    }

    private static long latest(Map<String, Object> message) {
        return n(Transport.Follower.data(message).getLast());
    }

    private static Object device(Object data) {
        return ((Map<?, ?>) ((Map<?, ?>) data).get("device")).get("id");
    }

    private static long n(Object data) {
        return (Long) ((Map<?, ?>) data).get("n");
    }
}
