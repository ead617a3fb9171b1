package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.Quickest;
import io.carillon.conformance.TestNode;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;
import io.carillon.transport.queue.Pictures;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Every change of state reaches every client in time; what the nodes keep of a queue is dropped
/// with its changes, and with no others.
@Timeout(60)
class QueueStatesTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PATH = "/api/queue";

    private static ModuleNode node;
    private static TestNode other;
    private static Person admin;
    private static Person stranger;
    private static String service;
    private static String desk;

    @BeforeAll
    static void start() {
        node = ModuleNode.start("carillon.queue.picture-age", "1m");
        other = node.another("carillon.queue.picture-age", "1m");
        admin = node.person("acme", "cora", "admin");
        stranger = new Person(other, "globex", "dora", "admin");
        for (var who : List.of(admin, stranger)) {
            who.send("PATCH", PATH + "/settings", "{\"public_screens\":true}", "If-Match", "\"1\"")
                    .ok();
        }
        service = made(admin, "/services", "{\"name\":\"Repairs\",\"prefix\":\"A\"}");
        desk = made(admin, "/counters", "{\"name\":\"Desk 1\"}");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String made(Person who, String what, String body) {
        return who.post(PATH + what, body).id();
    }

    private static String take() {
        return made(admin, "/tickets", "{\"service_id\":\"" + service + "\"}");
    }

    @Test
    @Tag("D2")
    @Tag("D4")
    @Tag("A5")
    void everyChangeOfStateIsToldOnBothNodesInTime() throws Exception {
        try (var here = Booth.at(node.node(), "/ws/acme/display").in();
                var there = Booth.at(other, "/ws/acme/totem").in();
                var foreign = Booth.at(other, "/ws/globex/display").in()) {
            var second = made(admin, "/services", "{\"name\":\"Returns\",\"prefix\":\"B\"}");
            var transfer = "{\"service_id\":\"" + second + "\"}";
            Quickest.below(
                    Duration.ofSeconds(1), () -> slowestOfALife(List.of(here, there), transfer));
            made(stranger, "/services", "{\"name\":\"Theirs\",\"prefix\":\"T\"}");
            var theirs = foreign.next();
            assertThat(theirs.get("type").asText()).isEqualTo("queue_update");
            assertThat(theirs.toString()).contains("Theirs").doesNotContain("Repairs");
        }
    }

    private static Duration slowestOfALife(List<Booth> booths, String transfer) {
        var next = "/counters/" + desk + "/next";
        var first = take();
        var took = new ArrayList<Duration>();
        took.add(told(booths, first, "called", next, ""));
        took.add(told(booths, first, "called", "/tickets/" + first + "/recall", ""));
        took.add(told(booths, first, "in_queue", "/tickets/" + first + "/transfer", transfer));
        took.add(told(booths, first, "called", next, ""));
        took.add(told(booths, first, "in_progress", "/tickets/" + first + "/start", ""));
        took.add(told(booths, first, "completed", "/tickets/" + first + "/finish", ""));
        var absent = take();
        took.add(told(booths, absent, "called", next, ""));
        took.add(told(booths, absent, "no_show", "/tickets/" + absent + "/no-show", ""));
        var gone = take();
        took.add(told(booths, gone, "cancelled", "/tickets/" + gone + "/cancel", ""));
        return Collections.max(took);
    }

    private static Duration told(
            List<Booth> booths, String ticket, String status, String path, String body) {
        var began = System.nanoTime();
        admin.post(PATH + path, body).ok();
        for (var booth : booths) {
            var changed =
                    booth.next(message ->
                            message.get("type").asText().equals("ticket_status_changed")
                                    && message.at("/data/id").asText().equals(ticket));
            assertThat(changed.at("/data/new_status").asText()).isEqualTo(status);
        }
        return Quickest.since(began);
    }

    @Test
    @Tag("E7")
    @Tag("D6")
    void aQueueThatIsKeptIsReadAgainAfterAChangeOfItsOwnOnly() {
        // Who watched has gone: what is pushed is read too.
        node.node().awaitConnections(0);
        var pictures = node.node().bean(Pictures.class);
        assertThat(look("acme")).contains("Repairs");
        assertThat(look("globex")).doesNotContain("Repairs");
        var before = pictures.read();
        for (var poll = 0; poll < 20; poll++) {
            assertThat(look("acme")).contains("Repairs");
        }
        assertThat(pictures.read()).isEqualTo(before);
        // Of another tenant, and of something else.
        made(stranger, "/services", "{\"name\":\"Foreign\",\"prefix\":\"F\"}");
        admin.post("/api/approvals", "{\"title\":\"Another bell\"}").ok();
        assertThat(look("acme")).doesNotContain("Foreign");
        assertThat(pictures.read()).isEqualTo(before);
        assertThat(look("globex")).contains("Foreign");
        assertThat(pictures.read()).isEqualTo(before + 1);
        // One of its own, at another node.
        made(new Person(other, "acme", "cora", "admin"), "/counters", "{\"name\":\"Desk 9\"}");
        assertThat(look("acme")).contains("Desk 9");
        assertThat(look("acme")).contains("Desk 9");
        assertThat(pictures.read()).isEqualTo(before + 2);
    }

    /// As a screen without a key polls, once the node has seen what was committed.
    private static String look(String tenant) {
        node.node().awaitSeen();
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://localhost:%d%s?tenant=%s"
                                                .formatted(node.node().port(), PATH, tenant)))
                        .build();
        try {
            var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
