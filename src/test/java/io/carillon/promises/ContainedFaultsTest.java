package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.Map;

/// Promise 8: a fault of one subscriber, tenant or event touches no other. That a slow one delays
/// nobody is shown by `BoundedTest`.
@Tag("A5")
@Timeout(60)
class ContainedFaultsTest {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        node.open("news");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Page page(String tenant) {
        var page = new Page(node.port(), TestNode.token(tenant, "ana"));
        page.subscribe(null, "news");
        return page.live();
    }

    @Test
    void aRuleThatFailsRefusesItsChannelAndNoOther() {
        node.sql(
                "create function broken(text, text) returns setof int language plpgsql as $$ begin"
                        + " raise exception 'broken'; end $$");
        node.sql("grant execute on function broken(text, text) to public");
        node.sql(
                "select carillon.rule('room:{key}', members => 'select public.broken($1, $2) where"
                        + " $3 is not null')");
        try (var page = page("rules")) {
            page.subscribe(null, "room:1");
            assertThat(page.next()).containsEntry("ok", false);
            node.emit("rules", "news", "told", "1");
            assertThat(page.hear(1)).containsExactly("1");
        }
        try (var neighbour = page("neighbour")) {
            node.emit("neighbour", "news", "told", "2");
            assertThat(neighbour.hear(1)).containsExactly("2");
        }
    }

    @Test
    void aClientThatTalksNonsenseIsClosedAloneOnItsLane() {
        try (var good = page("good")) {
            for (var number = 0; number < 8; number++) {
                try (var bad = RawWebSocket.connected(node, TestNode.token("good", "bad"))) {
                    bad.write((byte) 0xff, (byte) 0xff, (byte) 0xff);
                    assertThat(bad.closed()).isPositive();
                }
            }
            node.emit("good", "news", "told", "1");
            assertThat(good.hear(1)).containsExactly("1");
        }
    }

    /// A row that nobody should be able to write: the log's owner did.
    @Test
    void anEventThatIsNotAsEventsShouldBeDisturbsNoOther() {
        try (var page = page("odd");
                var neighbour = page("even")) {
            node.sql(
                    "insert into carillon.event (tenant, channel, type, data) values ('odd',"
                        + " 'news', '', null), ('odd', '', 'x', '{}'), ('', 'news', 'x', '{}'),"
                        + " ('*', 'news', 'told', '1'), ('odd', 'news', E'a\\u0001\"\\\\', '{\"a\":"
                        + " \"\\u0000\", \"a\": 1e9}')");
            node.emit("odd", "news", "told", "1");
            node.emit("even", "news", "told", "2");
            assertThat(neighbour.hear(1)).containsExactly("2");
            Map<String, Object> message;
            do {
                message = page.next();
                assertThat(message).containsEntry("push", "events");
            } while (!message.get("events").toString().contains("told"));
        }
    }

    @Test
    void aResetThatTheLogsOwnerWroteWithoutAReasonIsStillAReset() {
        try (var page = page("reasonless");
                var neighbour = page("reasonable")) {
            node.sql(
                    "insert into carillon.event (tenant, channel, type, data) values ('reasonless',"
                            + " 'news', 'carillon.reset', '[1]')");
            assertThat(page.reset()).isEqualTo("nested");
            node.emit("reasonable", "news", "told", "1");
            assertThat(neighbour.hear(1)).containsExactly("1");
        }
    }
}
