package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/// Promise 6: every buffer has a bound, and there is a stated thing that happens at the bound. The
/// bounds of commands, messages and gaps are shown by `WebSocketTest` and `FollowingTest`; here are
/// those that a client meets which does not read.
@Tag("F6")
@Timeout(120)
class BoundedTest {
    private static final int EVENTS = 700;
    private static final int RING = 1 << 20;

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start(settings("30s"));
        node.open("news", "typing");
    }

    /// @param stall how long a client may read nothing
    private static Object[] settings(String stall) {
        return new Object[] {
            "carillon.hub.ring",
            RING,
            "carillon.connection.stall-timeout",
            stall,
            "carillon.connection.page",
            10,
            "carillon.transport.write-buffer",
            4_096
        };
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Page page(String tenant) {
        return page(node, tenant);
    }

    private static Page page(TestNode node, String tenant) {
        var page = Page.reluctant(node.port(), TestNode.token(tenant, "ana"));
        page.subscribe(null, "news", "typing");
        return page.live();
    }

    /// About 20 MB, far more than the network keeps; in small transactions, so that memory forgets
    /// the first ones.
    private static void flood(String tenant) {
        for (var first = 1; first < EVENTS; first += 10) {
            node.sql(
                    "select carillon.emit('%s', 'news', 'told', jsonb_build_object('n', n, 'filling', repeat('x', 30000)))"
                                    .formatted(tenant)
                            + " from generate_series(%d, %d) n".formatted(first, first + 9));
        }
    }

    private static List<Long> numbers(Map<String, Object> message) {
        assertThat(message).containsEntry("push", "events");
        return ((List<?>) message.get("events"))
                .stream()
                        .map(event -> (Map<?, ?>) ((Map<?, ?>) event).get("data"))
                        .map(data -> ((Number) data.get("n")).longValue())
                        .toList();
    }

    @Test
    void whoReadsSlowlyGetsEverythingOnceAndMemoryHoldsLittleOfIt() {
        try (var page = page("slow")) {
            flood("slow");
            // The newest batch is kept whatever it weighs, and a tail that was late makes one of
            // much of the flood.
            node.awaitSeen();
            node.emit("another", "news", "told", "1");
            node.awaitSeen();
            assertThat(node.hub().ring().weight()).isLessThanOrEqualTo(RING);
            var heard = new ArrayList<Long>();
            while (heard.size() < EVENTS) {
                heard.addAll(numbers(page.next()));
            }
            for (var index = 0; index < EVENTS; index++) {
                assertThat(heard.get(index)).isEqualTo(index + 1);
            }
        }
    }

    @Test
    void whoDoesNotReadIsClosedWithACodeThatSaysToComeBackAndThenMissesNothing() {
        try (var strict = node.beside(settings("3s"))) {
            var heard = new ArrayList<Long>();
            var cursor = hearUntilClosed(strict, heard);
            assertThat(heard).hasSizeLessThan(EVENTS);
            try (var page = new Page(node.port(), TestNode.token("stalled", "ana"))) {
                page.subscribe(cursor, "news");
                while (heard.size() < EVENTS) {
                    heard.addAll(numbers(page.next()));
                }
            }
            assertThat(heard).isEqualTo(LongStream.rangeClosed(1, EVENTS).boxed().toList());
        }
    }

    /// @return the last cursor of who does not read
    private static String hearUntilClosed(TestNode strict, List<Long> heard) {
        try (var page = page(strict, "stalled")) {
            var cursor = page.cursor;
            flood("stalled");
            Scene.await("it is closed", () -> strict.connections().count() == 0);
            try {
                while (true) {
                    heard.addAll(numbers(page.next()));
                    cursor = page.cursor;
                }
            } catch (IllegalStateException closed) {
                assertThat(closed).hasMessageContaining("4001");
            } catch (java.io.UncheckedIOException cut) {
                // The close frame waited behind what was not read.
            }
            return cursor;
        }
    }

    @Test
    void aSlowReaderDelaysNoneOfItsNeighbours() throws Exception {
        var slow = new ArrayList<Page>();
        // Connections go round the lanes: more slow ones than lanes, so the quick one sits behind
        // one.
        do {
            slow.add(page("shared"));
        } while (slow.size() <= node.hub().lanes().size());
        try (var quick = page("shared");
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var heard =
                    pool.submit(() -> {
                        var numbers = new ArrayList<Long>();
                        while (numbers.size() < EVENTS) {
                            numbers.addAll(numbers(quick.next()));
                        }
                        return numbers;
                    });
            flood("shared");
            assertThat(heard.get(20, TimeUnit.SECONDS))
                    .isEqualTo(LongStream.rangeClosed(1, EVENTS).boxed().toList());
            assertThat(numbers(slow.getFirst().next()).getFirst()).isEqualTo(1);
        } finally {
            slow.forEach(Page::close);
        }
    }
}
