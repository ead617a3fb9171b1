package io.carillon.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.api.admin.RestAnswer;
import io.carillon.conformance.TestNode;
import io.carillon.connection.OpenConnections;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

@Timeout(120)
class HealthTest {
    @Test
    void withoutPostgresANodeIsAliveAndNotReady() {
        var database = PostgresFixture.datingCommits();
        try (var node =
                TestNode.start(
                        database,
                        "carillon.database.pool-wait",
                        "1s",
                        "endpoints.health.details-visible",
                        "ANONYMOUS")) {
            assertThat(status(node, "liveness")).isEqualTo(200);
            assertThat(status(node, "readiness")).isEqualTo(200);

            database.postgres().stop();
            await(node, 503);
            var alive = RestAnswer.get(node, "/health/liveness", "");
            assertThat(alive.status()).as(alive.text()).isEqualTo(200);
            assertThat(alive.text()).contains("\"lanes\"").doesNotContain("\"events\"");
            // Another part may have noticed it before the tail.
            TestNode.await(() ->
                    RestAnswer.get(node, "/health/readiness", "")
                            .text()
                            .contains("\"tail\":\"connecting\""));

            database.postgres().start();
            await(node, 200);
        }
    }

    @Test
    void aNodeThatSendsItsClientsAwayIsNotReadyAndAlive() {
        try (var node = TestNode.start()) {
            node.bean(OpenConnections.class).drainAll(Duration.ZERO);

            assertThat(status(node, "readiness")).isEqualTo(503);
            assertThat(status(node, "liveness")).isEqualTo(200);
        }
    }

    private static void await(TestNode node, int status) {
        var end = System.nanoTime() + 60_000_000_000L;
        while (status(node, "readiness") != status) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static int status(TestNode node, String which) {
        return RestAnswer.get(node, "/health/" + which, "").status();
    }
}
