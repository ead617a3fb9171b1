package io.carillon.sight;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.carillon.api.admin.RestAnswer;
import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/// One id from the request through its log lines, its problem and its events.
@Tag("C9")
@Timeout(120)
class CorrelationTest {
    private static final String ANA = TestNode.token("acme", "ana");
    private static final TestNode NODE = TestNode.start("test.writes", true);

    @BeforeAll
    static void watch() {
        NODE.sql(
                "create table public.written (id bigint generated always as identity primary key,"
                        + " tenant_id text, actor text)");
        NODE.sql("grant insert on public.written to carillon_runtime");
        NODE.sql("select carillon.watch('public.written', 'written')");
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void theClientsIdIsInTheLogLinesAndInTheEvent() {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var logger = (Logger) LoggerFactory.getLogger(Writes.class);
        logger.addAppender(lines);
        try {
            var answer =
                    RestAnswer.send(
                            NODE, "POST", "/api/writes", "{}", ANA, "X-Correlation-Id", "mine-1");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-Correlation-Id")).isEqualTo("mine-1");
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(lines.list)
                .singleElement()
                .satisfies(line ->
                        assertThat(line.getMDCPropertyMap())
                                .containsEntry("correlationId", "mine-1"));
        assertThat(
                        NODE.ask(
                                "select actor from carillon.event where correlation_id = 'mine-1'"
                                        + " and channel = 'written'"))
                .isEqualTo("ana");
    }

    @Test
    void everyProblemNamesTheRequest() {
        var missing = RestAnswer.get(NODE, "/api/nothing", ANA, "X-Correlation-Id", "mine-2");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body()).containsEntry("correlationId", "mine-2");

        var stranger = RestAnswer.get(NODE, "/api/nothing", "nonsense");
        assertThat(stranger.status()).isEqualTo(401);
        assertThat(stranger.body())
                .containsEntry("correlationId", stranger.header("X-Correlation-Id"));
    }

    @Test
    void outsideOfTheApiThereIsNone() {
        var answer = RestAnswer.get(NODE, "/events", ANA);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).doesNotContainKey("correlationId");
    }
}
