package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.concurrent.Executors;

/// Services, counters, tickets by REST, and what of it is told to whom.
class QueueTest {
    private static ModuleNode node;
    private static Person admin;
    private static Person clerk;
    private static Person ben;
    private static Person stranger;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        admin = node.person("acme", "cora", "admin");
        clerk = node.person("acme", "ana", "clerk");
        ben = node.person("acme", "ben", "member");
        stranger = node.person("globex", "dora", "admin");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static int prefixes;

    private static String service(int handlingSeconds) {
        var prefix = "" + (char) ('A' + prefixes / 26) + (char) ('A' + prefixes++ % 26);
        return admin.post(
                        "/api/queue/services",
                        "{\"name\":\"Service %s\",\"prefix\":\"%s\",\"handling_seconds\":%d}"
                                .formatted(prefix, prefix, handlingSeconds))
                .id();
    }

    private static String counter(String name, String service) {
        return admin.post(
                        "/api/queue/counters",
                        "{\"name\":\"%s\",\"service_ids\":[\"%s\"]}".formatted(name, service))
                .id();
    }

    private static JsonNode take(String service) {
        return ben.post("/api/queue/tickets", "{\"service_id\":\"" + service + "\"}").ok();
    }

    private static JsonNode step(String ticket, String what) {
        return clerk.post("/api/queue/tickets/" + ticket + "/" + what, "").ok();
    }

    @Test
    @Tag("D2")
    @Tag("D4")
    void aTicketIsTakenCalledStartedAndFinished() {
        var service = service(60);
        var desk = counter("Desk of one life", service);
        node.node().awaitSeen();
        try (var follower = ben.follow("queue");
                var behind = clerk.follow("queue.desk");
                var elsewhere = stranger.follow("queue")) {
            var ticket =
                    clerk.post(
                                    "/api/queue/tickets",
                                    "{\"service_id\":\"%s\",\"customer_name\":\"Maria\"}"
                                            .formatted(service))
                            .ok();
            var id = ticket.get("id").asText();
            assertThat(ticket.get("code").asText()).endsWith("001");
            assertThat(ticket.get("customer_name").asText()).isEqualTo("Maria");
            var taken = follower.next("ticket_update").data();
            assertThat(taken.get("status").asText()).isEqualTo("in_queue");
            assertThat(taken.toString()).doesNotContain("Maria").doesNotContain("ana");
            assertThat(follower.next("queue_update").data().at("/service_ids/0").asText())
                    .isEqualTo(service);
            assertThat(behind.next("queue_ticket.created").data().at("/row/customer_name").asText())
                    .isEqualTo("Maria");

            var called = clerk.post("/api/queue/counters/" + desk + "/next", "").ok();
            assertThat(called.get("id").asText()).isEqualTo(id);
            assertThat(called.get("operator").asText()).isEqualTo("ana");
            follower.next("ticket_update");
            var changed = follower.next("ticket_status_changed").data();
            assertThat(changed.get("old_status").asText()).isEqualTo("in_queue");
            assertThat(changed.get("new_status").asText()).isEqualTo("called");
            assertThat(changed.get("counter").asText()).isEqualTo("Desk of one life");
            follower.next("queue_update");

            assertThat(step(id, "recall").get("calls").asInt()).isEqualTo(2);
            follower.next("ticket_update");
            var again = follower.next("ticket_status_changed").data();
            assertThat(again.get("old_status").asText()).isEqualTo("called");
            assertThat(again.get("calls").asInt()).isEqualTo(2);

            assertThat(step(id, "start").get("started_at").isNull()).isFalse();
            assertThat(step(id, "finish").get("status").asText()).isEqualTo("completed");
            clerk.post("/api/queue/tickets/" + id + "/finish", "").problem(409, "ticket_state");
            var states = new ArrayList<String>();
            follower.hear(6)
                    .forEach(event -> {
                        if (event.type().equals("ticket_status_changed")) {
                            states.add(event.data().get("new_status").asText());
                        }
                    });
            assertThat(states).containsExactly("in_progress", "completed");

            stranger.post("/api/queue/services", "{\"name\":\"Theirs\",\"prefix\":\"A\"}").ok();
            assertThat(elsewhere.next("queue_update").data().get("cause").asText())
                    .isEqualTo("service");
        }
    }

    @Test
    void whoIsNextIsDecidedByPriorityThenAge() {
        var service = service(60);
        var other = service(60);
        var desk = counter("Desk of order", service);
        take(other);
        var first = take(service).get("id").asText();
        var second = take(service).get("id").asText();
        var urgent =
                clerk.post(
                                "/api/queue/tickets",
                                "{\"service_id\":\"%s\",\"priority\":5}".formatted(service))
                        .id();
        var called = new ArrayList<String>();
        for (var index = 0; index < 3; index++) {
            var next = clerk.post("/api/queue/counters/" + desk + "/next", "").id();
            called.add(next);
            clerk.post("/api/queue/counters/" + desk + "/next", "").problem(409, "counter_busy");
            step(next, "no-show");
        }
        assertThat(called).containsExactly(urgent, first, second);
        clerk.post("/api/queue/counters/" + desk + "/next", "").problem(409, "queue_empty");
    }

    @Test
    void rightsAreAsked() {
        var service = service(60);
        var desk = counter("Desk of rights", service);
        var ticket = take(service).get("id").asText();
        ben.post("/api/queue/counters/" + desk + "/next", "").problem(403, "queue_operator");
        ben.post("/api/queue/tickets/" + ticket + "/start", "").problem(403, "queue_operator");
        ben.post("/api/queue/tickets", "{\"service_id\":\"%s\",\"priority\":5}".formatted(service))
                .problem(403, "queue_operator");
        clerk.post("/api/queue/services", "{\"name\":\"x\",\"prefix\":\"XX\"}")
                .problem(403, "queue_administrator");
        stranger.post("/api/queue/counters/" + desk + "/next", "")
                .problem(404, "queue_counter_missing");
        stranger.post("/api/queue/tickets", "{\"service_id\":\"%s\"}".formatted(service))
                .problem(404, "queue_service_missing");
        stranger.get("/api/queue/tickets/" + ticket).problem(404, "queue_ticket_missing");
        node.person("acme", "emil", "member")
                .post("/api/queue/tickets/" + ticket + "/cancel", "")
                .problem(403, "ticket_foreign");
        ben.post("/api/queue/tickets/" + ticket + "/cancel", "").ok();
    }

    @Test
    void aServiceThatACounterNamesStays() {
        var service = service(60);
        var path = "/api/queue/counters/" + counter("Desk that names", service);
        admin.send("DELETE", "/api/queue/services/" + service, "").problem(409, "service_used");
        // SQL asks nobody: the counter can be edited nevertheless.
        node.node().sql("delete from carillon_app.queue_service where id = " + service);
        clerk.send("PATCH", path, "{\"operator\":\"ana\"}", "If-Match", "\"1\"").ok();
        admin.send("PATCH", path, "{\"service_ids\":[]}", "If-Match", "\"2\"").ok();
        var free = service(60);
        assertThat(admin.send("DELETE", "/api/queue/services/" + free, "").status()).isEqualTo(204);
    }

    @Test
    @Timeout(30)
    void ofTwoWhoNameAServiceAndDeleteItTheSecondIsTold() throws Exception {
        var service = service(60);
        var path =
                "/api/queue/counters/"
                        + admin.post("/api/queue/counters", "{\"name\":\"Late\"}").id();
        try (var deleting = node.database().asSuperuser();
                var statement = deleting.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            deleting.setAutoCommit(false);
            statement.execute("delete from carillon_app.queue_service where id = " + service);
            var names =
                    threads.submit(() ->
                            admin.send(
                                    "PATCH",
                                    path,
                                    "{\"service_ids\":[\"" + service + "\"]}",
                                    "If-Match",
                                    "\"1\""));
            node.node().awaitBlocked();
            deleting.commit();
            names.get().problem(404, "queue_service_missing");
        }
    }

    @Test
    void aCounterThatTicketsNameStays() {
        var service = service(60);
        var desk = counter("Desk with a past", service);
        var unused = counter("Desk without", service);
        take(service);
        var ticket = clerk.post("/api/queue/counters/" + desk + "/next", "").id();
        var path = "/api/queue/counters/" + desk;
        admin.send("DELETE", path, "").problem(409, "counter_busy");
        step(ticket, "no-show");
        admin.send("DELETE", path, "").problem(409, "counter_used");
        assertThatThrownBy(() ->
                        node.node()
                                .sql("delete from carillon_app.queue_counter where id = " + desk))
                .hasStackTraceContaining("queue_ticket");
        assertThat(clerk.get("/api/queue/tickets/" + ticket).ok().get("counter_id").asText())
                .isEqualTo(desk);
        assertThat(admin.send("DELETE", "/api/queue/counters/" + unused, "").status())
                .isEqualTo(204);
    }

    @Test
    void twoWhoEditMeetAndAClosedServiceGivesNoTickets() {
        var service = service(60);
        var path = "/api/queue/services/" + service;
        var seen = clerk.get(path).header("ETag");
        clerk.send("PATCH", path, "{\"status\":\"closed\"}", "If-Match", seen).ok();
        clerk.send("PATCH", path, "{\"status\":\"open\"}", "If-Match", seen)
                .problem(412, "version_conflict");
        clerk.send("PATCH", path, "{\"status\":\"open\"}").problem(428, "version_missing");
        ben.post("/api/queue/tickets", "{\"service_id\":\"%s\"}".formatted(service))
                .problem(409, "service_closed");
        var desk = "/api/queue/counters/" + counter("Desk of two", service);
        var version = clerk.get(desk).header("ETag");
        clerk.send("PATCH", desk, "{\"operator\":\"ana\"}", "If-Match", version).ok();
        var answer = clerk.send("PATCH", desk, "{\"operator\":\"ben\"}", "If-Match", version);
        answer.problem(412, "version_conflict");
        admin.post(desk + "/next", "").problem(409, "counter_taken");
    }

    @Test
    @Tag("D3")
    void aPlaceInTheQueueIsToldAndEstimated() {
        var service = service(100);
        var desk = counter("Desk of places", service);
        var first = take(service).get("id").asText();
        take(service);
        var third = take(service).get("id").asText();
        var place = ben.get("/api/queue/tickets/" + third + "/place").ok();
        assertThat(place.get("position").asInt()).isEqualTo(3);
        assertThat(place.get("wait_seconds").asLong()).isEqualTo(200);
        clerk.post("/api/queue/counters/" + desk + "/next", "").ok();
        place = ben.get("/api/queue/tickets/" + third + "/place").ok();
        assertThat(place.get("position").asInt()).isEqualTo(2);
        assertThat(place.get("wait_seconds").asLong()).isEqualTo(200);
        assertThat(ben.get("/api/queue/tickets/" + first + "/place").ok().get("position").asInt())
                .isZero();
        var queue = ben.get("/api/queue").ok();
        var waiting = new ArrayList<String>();
        queue.get("waiting")
                .forEach(one -> {
                    if (one.get("service_id").asText().equals(service)) {
                        waiting.add(one.get("position").asText());
                    }
                });
        assertThat(waiting).containsExactly("1", "2");
        assertThat(queue.get("serving").findValuesAsText("id")).contains(first);
    }

    @Test
    void aTransferKeepsCodeAndAge() {
        var from = service(60);
        var to = service(60);
        var desk = counter("Desk of transfers", from);
        var ticket = take(from);
        var late = take(to);
        clerk.post("/api/queue/counters/" + desk + "/next", "").ok();
        var path = "/api/queue/tickets/" + ticket.get("id").asText() + "/transfer";
        var moved = clerk.post(path, "{\"service_id\":\"%s\"}".formatted(to)).ok();
        assertThat(moved.get("code")).isEqualTo(ticket.get("code"));
        assertThat(moved.get("status").asText()).isEqualTo("in_queue");
        assertThat(moved.get("counter_id").isNull()).isTrue();
        var place = "/api/queue/tickets/%s/place";
        assertThat(ben.get(place.formatted(ticket.get("id").asText())).ok().get("position").asInt())
                .isEqualTo(1);
        assertThat(ben.get(place.formatted(late.get("id").asText())).ok().get("position").asInt())
                .isEqualTo(2);
    }

    @Test
    void theDayIsCounted() {
        var service = service(60);
        var desk = counter("Desk of counting", service);
        for (var index = 0; index < 4; index++) {
            take(service);
        }
        var served = clerk.post("/api/queue/counters/" + desk + "/next", "").id();
        step(served, "start");
        step(served, "finish");
        step(clerk.post("/api/queue/counters/" + desk + "/next", "").id(), "no-show");
        var day = clerk.get("/api/queue/statistics").ok();
        for (var one : day.get("services")) {
            if (one.get("service_id").asText().equals(service)) {
                assertThat(one.get("taken").asInt()).isEqualTo(4);
                assertThat(one.get("waiting").asInt()).isEqualTo(2);
                assertThat(one.get("served").asInt()).isEqualTo(1);
                assertThat(one.get("no_show").asInt()).isEqualTo(1);
                assertThat(one.get("average_wait_seconds").asLong()).isNotNegative();
                clerk.get("/api/queue/statistics?day=2026-02-30").problem(400, "day");
                return;
            }
        }
        throw new AssertionError("the service is missing: " + day);
    }

    @Test
    void plainSqlIsNumberedSteppedAndTold() {
        var service = service(60);
        var desk = counter("Desk of SQL", service);
        node.node().awaitSeen();
        try (var follower = ben.follow("queue")) {
            node.node()
                    .sql(
                            "insert into carillon_app.queue_ticket (tenant_id, service_id) values"
                                    + " ('acme', "
                                    + service
                                    + ")");
            var taken = follower.next("ticket_update").data();
            assertThat(taken.get("ticket_number").asInt()).isEqualTo(1);
            var update = "update carillon_app.queue_ticket set status = '%s'%s where id = %s";
            var id = taken.get("id").asText();
            assertThat(
                            org.assertj.core.api.Assertions.catchThrowable(
                                    () -> node.node().sql(update.formatted("completed", "", id))))
                    .hasStackTraceContaining("a ticket that is in_queue cannot become completed");
            node.node().sql(update.formatted("called", ", counter_id = " + desk, id));
            follower.next("queue_update");
            assertThat(follower.next("ticket_update").data().get("status").asText())
                    .isEqualTo("called");
            assertThat(follower.next("ticket_status_changed").data().get("calls").asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void aRetriedTakeIsOneTicket() {
        var service = service(60);
        var body = "{\"service_id\":\"%s\"}".formatted(service);
        var first = ben.post("/api/queue/tickets", body, "Idempotency-Key", "once");
        var again = ben.post("/api/queue/tickets", body, "Idempotency-Key", "once");
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(take(service).get("ticket_number").asInt()).isEqualTo(2);
    }
}
