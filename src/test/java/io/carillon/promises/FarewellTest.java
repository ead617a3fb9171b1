package io.carillon.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Promise 7, where the node goes in good order: nobody is left without an answer.
@Tag("A4")
@Timeout(60)
class FarewellTest {
    @Test
    void aPollThatWaitsForTheLogWhenTheNodeGoesIsAnsweredAndLosesNothing() throws Exception {
        var fresh = PostgresFixture.freshDatabase();
        String cursor;
        try (var owner = fresh.asOwner()) {
            cursor = Scene.one(owner, "select carillon.cursor()");
            Scene.run(owner, "select carillon.emit('acme', 'news', 'told', '1')");
        }
        try (var node = TestNode.start(fresh, "carillon.tail.preload", 0);
                var blocker = fresh.asSuperuser();
                var watcher = fresh.asSuperuser();
                var http = HttpClient.newHttpClient()) {
            node.open("news");
            // Memory begins after the event, and the log cannot be read now.
            blocker.setAutoCommit(false);
            Scene.run(blocker, "lock table carillon.event in access exclusive mode");
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://localhost:%d/events?channels=news&wait=20&cursor=%s"
                                                    .formatted(node.port(), cursor)))
                            .header("Authorization", "Bearer " + TestNode.token("acme", "ana"))
                            .header("Accept", "application/json")
                            .build();
            var answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
            Scene.await(
                    "the recovery waits for the log",
                    () ->
                            "1"
                                    .equals(
                                            Scene.unchecked(
                                                    watcher,
                                                    "select count(*) from pg_stat_activity where"
                                                        + " application_name = 'carillon pool' and"
                                                        + " wait_event_type = 'Lock' and datname ="
                                                        + " current_database() and query like '%"
                                                        + " unseen'")));
            var unused = node.connections().drainAll(Duration.ZERO);
            var told = answer.get(20, TimeUnit.SECONDS);
            assertThat(told.statusCode()).isEqualTo(200);
            assertThat(told.body()).as("where it stood").contains(cursor);
            blocker.rollback();
        }
    }
}
