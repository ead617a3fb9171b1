package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.Map;

/// Promise 2, where events are emptied from the log while a client that has not seen them is
/// reading: what it got is a beginning without a hole, and then it is told to read again.
@Tag("A3")
@Tag("F6")
@Timeout(120)
class RetentionTest {
    private static final int LAST = 800;

    private static TestNode node;

    @BeforeAll
    static void start() {
        node =
                TestNode.start(
                        "carillon.connection.page", 10,
                        "carillon.hub.ring", 1 << 20,
                        "carillon.tail.preload", 0,
                        "carillon.transport.write-buffer", 4_096);
        node.open("news");
        node.sql("create table slot_of_now as select 0::smallint as slot");
        node.sql("grant select on slot_of_now to public");
        node.sql(
                "create or replace function carillon.slot() returns smallint language sql volatile"
                        + " return (select slot from public.slot_of_now)");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /// The log's clock goes round until the slot of the events is emptied.
    private static void age() {
        for (var turn = 0; turn < 8; turn++) {
            node.sql("update slot_of_now set slot = (slot + 1) & 7");
            node.sql("do $$ begin while carillon.rotate() = 'busy' loop end loop; end $$");
        }
    }

    @Test
    void eventsThatAreEmptiedUnderASlowReaderEndInAReset() {
        var cursor = node.cursor();
        // Much more than the network between them holds, and than memory keeps.
        for (var first = 1; first < LAST; first += 10) {
            node.sql(
                    "select carillon.emit('acme', 'news', 'told', jsonb_build_object('n', n,"
                            + " 'filling', repeat('x', 30000)))"
                            + " from generate_series(%d, %d) n".formatted(first, first + 9));
        }
        try (var page = Page.reluctant(node.port(), TestNode.token("acme", "ana"))) {
            page.subscribe(cursor, "news");
            var last = numbers(page.next()).getLast();
            age();
            while (true) {
                var message = page.next();
                if (message.containsKey("reply") && Boolean.TRUE.equals(message.get("ok"))) {
                    continue;
                }
                if (!"events".equals(message.get("push"))) {
                    assertThat(String.valueOf(message)).contains("reset").contains("expired");
                    break;
                }
                for (var number : numbers(message)) {
                    assertThat(number).as("without a hole").isEqualTo(++last);
                }
            }
            assertThat(last).as("it was in the middle of it").isLessThan(LAST);
            page.subscribe(node.cursor(), "news");
            page.live();
            node.emit("acme", "news", "told", "{\"n\":1000}");
            assertThat(numbers(page.next())).containsExactly(1_000L);
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
}
