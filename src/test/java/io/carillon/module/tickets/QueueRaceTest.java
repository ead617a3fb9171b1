package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.conformance.TestNode;
import io.carillon.database.Database;
import io.carillon.database.Writer;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// Many at once, on two nodes.
@Timeout(60)
class QueueRaceTest {
    private static final int THREADS = 8;

    private static ModuleNode node;
    private static TestNode other;
    private static Person admin;

    @BeforeAll
    static void start() {
        node = ModuleNode.start("carillon.tickets.tidy", "50ms");
        other = node.another();
        admin = node.person("acme", "cora", "admin");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String service(String prefix) {
        return admin.post(
                        "/api/queue/services",
                        "{\"name\":\"Of %1$s\",\"prefix\":\"%1$s\"}".formatted(prefix))
                .id();
    }

    private interface Job {
        void run(int thread) throws Exception;
    }

    private static void together(Job job) throws InterruptedException {
        var ready = new CountDownLatch(THREADS);
        var faults = new ConcurrentLinkedQueue<Throwable>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var index = 0; index < THREADS; index++) {
                var thread = index;
                threads.execute(() -> {
                    try {
                        ready.countDown();
                        ready.await();
                        job.run(thread);
                    } catch (Throwable fault) {
                        faults.add(fault);
                    }
                });
            }
        }
        assertThat(faults).isEmpty();
    }

    private static final class Undone extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Tag("D3")
    void numbersHaveNoGapsAndNoDuplicatesThoughTakesAreRolledBack() throws InterruptedException {
        var service = service("N");
        var insert =
                "insert into carillon_app.queue_ticket (tenant_id, service_id) values ('acme', "
                        + service
                        + ") returning ticket_number";
        together(thread -> {
            var at = thread % 2 == 0 ? node.node() : other;
            var person = new Person(at, "acme", "p" + thread, "member");
            var database = at.bean(Database.class);
            for (var round = 0; round < 8; round++) {
                person.post(
                                "/api/queue/tickets",
                                "{\"service_id\":\"" + service + "\"}",
                                "Idempotency-Key",
                                thread + "-" + round)
                        .ok();
                assertThatThrownBy(() ->
                                database.write(
                                        new Writer("acme", "x", null, null),
                                        connection -> {
                                            try (var take = connection.createStatement()) {
                                                take.execute(insert);
                                            }
                                            throw new Undone();
                                        }))
                        .isInstanceOf(Undone.class);
            }
        });
        var numbers =
                node.node()
                        .ask(
                                "select string_agg(ticket_number::text, ',' order by id) from"
                                        + " carillon_app.queue_ticket where service_id = "
                                        + service)
                        .split(",");
        var sorted = new ArrayList<Integer>();
        for (var number : numbers) {
            sorted.add(Integer.valueOf(number));
        }
        sorted.sort(null);
        assertThat(sorted).isEqualTo(IntStream.rangeClosed(1, THREADS * 8).boxed().toList());
        // Who has the lower number is the older one.
        assertThat(
                        node.node()
                                .ask(
                                        "select count(*) from (select ticket_number <> row_number()"
                                                + " over (order by queued_at) as odd from"
                                                + " carillon_app.queue_ticket where service_id = "
                                                + service
                                                + ") one where odd"))
                .isEqualTo("0");
    }

    @Test
    @Tag("D4")
    void twoOperatorsNeverGetTheSameTicket() throws InterruptedException {
        var service = service("C");
        var tickets = 60;
        for (var index = 0; index < tickets; index++) {
            admin.post("/api/queue/tickets", "{\"service_id\":\"" + service + "\"}").ok();
        }
        var counters = new ArrayList<String>();
        for (var index = 0; index < THREADS; index++) {
            counters.add(
                    admin.post(
                                    "/api/queue/counters",
                                    "{\"name\":\"Race %d\",\"service_ids\":[\"%s\"]}"
                                            .formatted(index, service))
                            .id());
        }
        var called = new ConcurrentLinkedQueue<Integer>();
        together(thread -> {
            var at = thread % 2 == 0 ? node.node() : other;
            var operator = new Person(at, "acme", "o" + thread, "clerk");
            // Two share each counter: whoever is late is told that it is busy.
            var path = "/api/queue/counters/" + counters.get(thread / 2) + "/next";
            while (true) {
                var answer = operator.post(path, "");
                if (answer.status() == 409) {
                    var code = answer.body().get("code").asText();
                    if (code.equals("queue_empty")) {
                        return;
                    }
                    assertThat(code).isEqualTo("counter_busy");
                    continue;
                }
                called.add(answer.ok().get("ticket_number").asInt());
                operator.post("/api/queue/tickets/" + answer.id() + "/no-show", "").ok();
            }
        });
        assertThat(List.copyOf(called))
                .hasSize(tickets)
                .doesNotHaveDuplicates()
                .containsAll(IntStream.rangeClosed(1, tickets).boxed().toList());
    }

    @Test
    void oneOfManyFinishesATicket() throws InterruptedException {
        var service = service("F");
        var ticket = admin.post("/api/queue/tickets", "{\"service_id\":\"" + service + "\"}").id();
        var counter =
                admin.post(
                                "/api/queue/counters",
                                "{\"name\":\"Once\",\"service_ids\":[\"%s\"]}".formatted(service))
                        .id();
        admin.post("/api/queue/counters/" + counter + "/next", "").ok();
        var done = new ConcurrentLinkedQueue<Integer>();
        together(thread -> {
            var at = thread % 2 == 0 ? node.node() : other;
            var operator = new Person(at, "acme", "o" + thread, "clerk");
            var what = thread < THREADS / 2 ? "/start" : "/no-show";
            done.add(operator.post("/api/queue/tickets/" + ticket + what, "").status());
        });
        assertThat(done.stream().filter(status -> status == 200)).hasSize(1);
        assertThat(done.stream().filter(status -> status == 409)).hasSize(THREADS - 1);
    }

    @Test
    void whoWaitsSinceYesterdayIsCancelled() {
        var service = service("Y");
        node.node().awaitSeen();
        try (var follower = node.person("acme", "ben", "member").follow("queue")) {
            var ticket =
                    admin.post("/api/queue/tickets", "{\"service_id\":\"" + service + "\"}").id();
            node.node()
                    .sql(
                            "update carillon_app.queue_ticket set waits_since = waits_since -"
                                    + " interval '1 day' where id = "
                                    + ticket);
            var changed = follower.next();
            while (!changed.type().equals("ticket_status_changed")
                    || !changed.data().get("id").asText().equals(ticket)) {
                changed = follower.next();
            }
            assertThat(changed.data().get("new_status").asText()).isEqualTo("cancelled");
        }
    }

    @Test
    void aDayThatEndsIsClosedOnceWhateverIsSetMeanwhile() throws Exception {
        var setting =
                """
                insert into carillon_app.queue_setting as s (tenant_id, time_zone)
                values ('once', 'Etc/GMT-%d')
                on conflict (tenant_id) do update
                   set time_zone = excluded.time_zone, public_screens = not s.public_screens
                """;
        node.node().sql(setting.formatted(14));
        node.node()
                .sql(
                        """
                        with service as (
                          insert into carillon_app.queue_service (tenant_id, name, prefix)
                          values ('once', 'A', 'A') returning id)
                        insert into carillon_app.queue_ticket (tenant_id, service_id, waits_since)
                        select 'once', id, clock_timestamp() - interval '25 hours'
                          from service, generate_series(1, 1200)
                        """);
        together(thread -> {
            for (var turn = 0; turn < 20; turn++) {
                node.node().sql(setting.formatted((thread + turn) % 12));
            }
        });
        var open =
                "select count(*) from carillon_app.queue_ticket where tenant_id = 'once' and status"
                        + " <> 'cancelled'";
        TestNode.await(() -> node.node().ask(open).equals("0"));
        assertThat(
                        node.node()
                                .ask(
                                        "select count(*) || ' of ' || count(distinct data->>'id')"
                                                + " from carillon.event where tenant = 'once' and"
                                                + " type = 'ticket_status_changed'"))
                .isEqualTo("1200 of 1200");
    }
}
