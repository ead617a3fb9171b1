package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.database.PostgresFixture;
import io.carillon.presence.Presence;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Who is there, on two nodes of one Postgres.
@Timeout(90)
@Tag("A6")
@Aside
class PresenceTest {
    private static final Object[] QUICK = {
        "carillon.registry.lease", "2s",
        "carillon.registry.heartbeat", "200ms",
        "carillon.registry.gather", "20ms",
        "carillon.presence.grace", "2s",
        "carillon.presence.poll-grace", "4s",
        "carillon.presence.gather", "20ms",
        "carillon.presence.count-every", "200ms",
        "carillon.presence.names", 5,
        "carillon.presence.state-burst", 6
    };

    private static TestNode one;
    private static TestNode two;

    @BeforeAll
    static void start() {
        one = TestNode.start(PostgresFixture.databaseAside(), QUICK);
        two = one.beside(QUICK);
        String[] shown = {
            "hall", "reload", "devices", "crowd", "poll", "sse", "walls", "rest", "dying", "slow",
            "fading"
        };
        one.open(shown);
        one.sql("select carillon.rule('carillon.presence')");
        one.open("hidden");
        one.sql("select carillon.rule('staff', subscribe_roles => array['staff'])");
        one.showPresence(shown);
        one.showPresence("carillon.presence");
        one.showPresence("staff");
        two.awaitPresence("staff");
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
    }

    private static RawWebSocket come(TestNode node, String tenant, String user, String channel) {
        var client = RawWebSocket.connected(node, TestNode.token(tenant, user));
        join(client, channel);
        return client;
    }

    /// @return somebody of tenant acme who is nowhere yet
    private static RawWebSocket connect(TestNode node, String user) {
        return RawWebSocket.connected(node, TestNode.token("acme", user));
    }

    private static void join(RawWebSocket client, String channel) {
        assertThat(client.subscribe(channel)).containsEntry("ok", true);
    }

    /// @return somebody of tenant acme who follows presence, and has not been told anything
    private static RawWebSocket watch(TestNode node, String user, String channel) {
        return watch(node, "acme", user, channel);
    }

    private static RawWebSocket watch(TestNode node, String tenant, String user, String channel) {
        var client = RawWebSocket.connected(node, TestNode.token(tenant, user));
        assertThat(
                        client.ask(
                                "\"command\":\"subscribe\",\"presence\":true,\"channels\":[\""
                                        + channel
                                        + "\"]"))
                .containsEntry("ok", true);
        return client;
    }

    private static Map<String, Object> told(RawWebSocket client) {
        var message = client.next();
        assertThat(message).containsEntry("push", "presence");
        return message;
    }

    private static List<String> members(Map<String, Object> push) {
        return list(push, "members").stream()
                .map(it -> it.get("user") + " " + it.get("state"))
                .toList();
    }

    /// @return what is told one by one, for instance `join bob online`
    private static List<String> changes(Map<String, Object> push) {
        return list(push, "changes").stream()
                .map(it -> it.get("change") + " " + it.get("user") + " " + it.get("state"))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> push, String name) {
        assertThat(push).containsKey(name);
        return (List<Map<String, Object>>) push.get(name);
    }

    /// Hears until so many are there, by whatever updates.
    private static TreeSet<String> hearUntil(RawWebSocket client, String... users) {
        var here = new TreeSet<String>();
        while (!here.equals(new TreeSet<>(List.of(users)))) {
            var push = told(client);
            if (push.containsKey("members")) {
                here.clear();
                list(push, "members").forEach(it -> here.add((String) it.get("user")));
            } else {
                for (var change : list(push, "changes")) {
                    if ("leave".equals(change.get("change"))) {
                        here.remove(change.get("user"));
                    } else {
                        here.add((String) change.get("user"));
                    }
                }
            }
        }
        return here;
    }

    @Test
    @Tag("E2")
    @Tag("C7")
    void aSnapshotOnSubscribeThenJoinsStatesAndLeavesFromEveryNode() {
        try (var ana = watch(one, "ana", "hall")) {
            hearUntil(ana, "ana");
            try (var bob = come(two, "acme", "bob", "hall")) {
                assertThat(changes(told(ana))).containsExactly("join bob online");
                assertThat(bob.ask("\"command\":\"presence\",\"state\":\"away\""))
                        .containsEntry("ok", true);
                var push = told(ana);
                assertThat(changes(push)).containsExactly("state bob away");
                assertThat(push).containsEntry("count", 2L).containsEntry("channel", "hall");
                try (var cy = watch(two, "cy", "hall")) {
                    assertThat(changes(told(ana))).containsExactly("join cy online");
                    hearUntil(cy, "ana", "bob", "cy");
                }
                assertThat(changes(told(ana))).containsExactly("leave cy online");
            }
            assertThat(changes(told(ana))).containsExactly("leave bob away");
        }
    }

    @Test
    void aReloadOnAnotherNodeIsNoLeave() {
        try (var ana = watch(one, "ana", "reload");
                var cy = connect(one, "cy");
                var dee = connect(two, "dee");
                var bob = connect(two, "bob")) {
            hearUntil(ana, "ana");
            var before = come(one, "acme", "bob", "reload");
            assertThat(changes(told(ana))).containsExactly("join bob online");
            before.close();
            // Others who come meanwhile are told, and nothing of him.
            join(cy, "reload");
            join(bob, "reload");
            assertThat(changes(told(ana))).containsExactly("join cy online");
            join(dee, "reload");
            assertThat(changes(told(ana))).containsExactly("join dee online");
            // The row of the node that he left ends after the grace time.
            awaitRowsOfBob("reload", 1);
            try (var eve = come(one, "acme", "eve", "reload")) {
                assertThat(changes(told(ana))).containsExactly("join eve online");
                assertThat(eve.ask("\"command\":\"ping\"")).containsEntry("ok", true);
            }
        }
    }

    /// @param rows one for each node through which he is there, or was a moment ago
    private static void awaitRowsOfBob(String channel, int rows) {
        TestNode.await(() ->
                one.ask(
                                "select count(*) from carillon.presence where user_id = 'bob' and"
                                        + " channel = '"
                                        + channel
                                        + "'")
                        .equals("" + rows));
    }

    @Test
    void aUserIsThereWithTheFirstDeviceAndGoneAfterTheLast() {
        try (var ana = watch(one, "ana", "devices")) {
            hearUntil(ana, "ana");
            var phone = come(one, "acme", "bob", "devices");
            assertThat(changes(told(ana))).containsExactly("join bob online");
            var laptop = come(two, "acme", "bob", "devices");
            laptop.ask("\"command\":\"presence\",\"state\":\"busy\"");
            assertThat(changes(told(ana))).containsExactly("state bob busy");
            phone.ask("\"command\":\"presence\",\"state\":\"away\"");
            phone.close();
            laptop.ask("\"command\":\"presence\",\"state\":\"online\"");
            assertThat(changes(told(ana))).containsExactly("state bob online");
            awaitRowsOfBob("devices", 1);
            laptop.close();
            assertThat(changes(told(ana)).getFirst()).startsWith("leave bob");
        }
    }

    @Test
    void unsubscribingIsLeaving() {
        try (var ana = watch(one, "ana", "slow");
                var bob = come(two, "acme", "bob", "slow")) {
            hearUntil(ana, "ana", "bob");
            bob.ask("\"command\":\"unsubscribe\",\"channels\":[\"slow\"]");
            assertThat(changes(told(ana))).containsExactly("leave bob online");
            ana.ask("\"command\":\"unsubscribe\",\"channels\":[\"slow\"]");
            bob.subscribe("slow");
            assertThat(bob.ask("\"command\":\"ping\"")).containsEntry("ok", true);
            // Whoever has left is told nothing more.
            assertThat(ana.ask("\"command\":\"ping\"")).containsEntry("ok", true);
        }
    }

    @Test
    void theWholeTenantIsSeenOnTheChannelOfThatName() {
        // A tenant of its own: those of other tests may still be too many to name.
        try (var ana = watch(one, "initech", "ana", "carillon.presence")) {
            told(ana);
            try (var dora = RawWebSocket.connected(two, TestNode.token("initech", "dora"))) {
                var heard = new ArrayList<String>();
                while (!heard.contains("join dora online")) {
                    heard.addAll(changesOrNothing(told(ana)));
                }
                assertThat(dora.ask("\"command\":\"ping\"")).containsEntry("ok", true);
            }
        }
    }

    private static List<String> changesOrNothing(Map<String, Object> push) {
        return push.containsKey("changes") ? changes(push) : List.of();
    }

    @Test
    void aLargeChannelIsCountedAndNobodyIsNamed() {
        var crowd = new ArrayList<RawWebSocket>();
        try (var ana = watch(one, "ana", "crowd")) {
            hearUntil(ana, "ana");
            for (var number = 0; number < 12; number++) {
                crowd.add(come(number % 2 == 0 ? one : two, "acme", "u" + number, "crowd"));
            }
            var push = told(ana);
            while (!Long.valueOf(13).equals(push.get("count"))) {
                push = told(ana);
            }
            assertThat(push).doesNotContainKeys("members", "changes");
            try (var late = watch(two, "late", "crowd")) {
                var first = told(late);
                assertThat(first).doesNotContainKeys("members", "changes");
            }
            crowd.subList(2, 12).forEach(RawWebSocket::close);
            while (!push.containsKey("members")) {
                push = told(ana);
            }
            assertThat(members(push)).hasSizeLessThanOrEqualTo(5);
        } finally {
            crowd.forEach(RawWebSocket::close);
        }
    }

    @Test
    @Tag("A5")
    void tenantsDoNotSeeEachOther() {
        try (var ana = watch(one, "ana", "walls")) {
            hearUntil(ana, "ana");
            try (var eve = come(one, "globex", "eve", "walls");
                    var bob = come(two, "acme", "bob", "walls")) {
                assertThat(changes(told(ana))).containsExactly("join bob online");
                // Each node writes who is on it in its own time.
                var body = get("walls", TestNode.token("globex", "eve")).body();
                while (!body.contains("eve")) {
                    assertThat(body).doesNotContain("ana", "bob");
                    body = get("walls", TestNode.token("globex", "eve")).body();
                }
                assertThat(body).doesNotContain("ana", "bob");
                assertThat(eve.ask("\"command\":\"ping\"")).containsEntry("ok", true);
                assertThat(bob.ask("\"command\":\"ping\"")).containsEntry("ok", true);
            }
        }
    }

    @Test
    @Tag("A5")
    void presenceIsForThoseWhoMaySubscribeAndWhereTheRuleShowsIt() {
        try (var ana = RawWebSocket.connected(one, TestNode.token("acme", "ana"))) {
            var hidden =
                    ana.ask(
                            "\"command\":\"subscribe\",\"presence\":true,\"channels\":[\"hidden\"]");
            assertThat(hidden.get("error").toString()).contains("presence_hidden");
            var forbidden =
                    ana.ask("\"command\":\"subscribe\",\"presence\":true,\"channels\":[\"staff\"]");
            assertThat(forbidden.get("error").toString()).contains("channel_forbidden");
            assertThat(ana.subscribe("hidden")).containsEntry("ok", true);
            assertThat(ana.ask("\"command\":\"presence\",\"state\":\"gone\"").get("error"))
                    .asString()
                    .contains("malformed");
        }
        assertThat(get("staff", TestNode.token("acme", "ana")).statusCode()).isEqualTo(403);
        assertThat(get("hidden", TestNode.token("acme", "ana")).body()).contains("presence_hidden");
        assertThat(get("staff", TestNode.token("acme", "bea", "staff")).statusCode())
                .isEqualTo(200);
        assertThat(one.ask("select count(*) from carillon.presence where channel = 'hidden'"))
                .isEqualTo("0");
    }

    @Test
    void anyNodeAnswersByRest() {
        try (var bob = come(one, "acme", "bob", "rest")) {
            var body = get("rest", TestNode.token("acme", "ana")).body();
            while (!body.contains("bob")) {
                assertThat(Thread.interrupted()).isFalse();
                body = get("rest", TestNode.token("acme", "ana")).body();
            }
            assertThat(body)
                    .isEqualTo(
                            "{\"channel\":\"rest\",\"count\":1,\"members\":[{\"user\":\"bob\","
                                    + "\"name\":\"BOB\",\"state\":\"online\"}]}");
            assertThat(bob.ask("\"command\":\"ping\"")).containsEntry("ok", true);
        }
    }

    private static HttpResponse<String> get(String channel, String token) {
        return Transport.send(
                question(two, "/api/presence?channel=" + channel, token).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder question(TestNode node, String path, String token) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + node.port() + path))
                .header("Authorization", "Bearer " + token);
    }

    @Test
    void aStateThatChangesTooOftenIsRefused() {
        try (var ana = come(one, "acme", "ana", "hidden")) {
            var refused = 0;
            for (var number = 0; number < 20; number++) {
                var state = number % 2 == 0 ? "away" : "online";
                var reply = ana.ask("\"command\":\"presence\",\"state\":\"" + state + "\"");
                refused += Boolean.TRUE.equals(reply.get("ok")) ? 0 : 1;
            }
            assertThat(refused).isBetween(12, 14);
        }
    }

    @Test
    @Tag("A4")
    void aStreamTellsPresenceToo() {
        var ana = TestNode.token("acme", "ana");
        var request =
                question(one, "/events?channels=sse&presence=true", ana)
                        .header("Accept", "text/event-stream")
                        .build();
        try (var lines = Transport.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            var stream =
                    lines.filter(line -> line.startsWith("data: "))
                            .map(line -> RawWebSocket.json(line.substring(6)))
                            .iterator();
            assertThat(stream.next()).containsKey("reply");
            var push = stream.next();
            while (!push.toString().contains("user=ana")) {
                push = stream.next();
            }
            try (var bob = come(two, "acme", "bob", "sse")) {
                assertThat(changes(stream.next())).containsExactly("join bob online");
                assertThat(bob.ask("\"command\":\"ping\"")).containsEntry("ok", true);
            }
        }
    }

    private static Map<String, Object> poll(TestNode node, String user, String more) {
        var path = "/events?channels=poll" + more;
        return RawWebSocket.json(
                Transport.send(
                                question(node, path, TestNode.token("acme", user)).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    @Test
    @Tag("A4")
    void aPollAnswersWithAWholeListUntilItsTagIsThatOfNowAndThenWaitsForChanges() {
        // Whoever polls is present while polling, on whatever node.
        var answer = poll(one, "ana", "&presence=true");
        while (!answer.toString().contains("user=ana")) {
            assertThat(Thread.interrupted()).isFalse();
            answer = poll(two, "ana", "&presence=true");
        }
        var tag = answer.get("presence");
        assertThat(tag).asString().matches("[0-9a-f]+");
        // The same on another node: nothing to tell, so it waits.
        var empty = poll(two, "ana", "&presence=" + tag + "&wait=1&cursor=" + answer.get("cursor"));
        assertThat((List<?>) empty.get("messages")).isEmpty();
        assertThat(empty).containsEntry("presence", tag);
        var waiting =
                java.util.concurrent.CompletableFuture.supplyAsync(() ->
                        poll(
                                one,
                                "ana",
                                "&presence=" + tag + "&wait=20&cursor=" + empty.get("cursor")));
        one.awaitConnections(1);
        try (var bob = come(two, "acme", "bob", "poll")) {
            var told = waiting.join();
            assertThat(told.get("messages").toString()).contains("user=bob");
            assertThat(told.get("presence")).isNotEqualTo(tag);
            var again =
                    poll(two, "ana", "&presence=" + tag + "&wait=20&cursor=" + told.get("cursor"));
            assertThat(again.get("messages").toString()).contains("user=ana", "user=bob");
            assertThat(bob.ask("\"command\":\"ping\"")).containsEntry("ok", true);
        }
    }

    @Test
    void whoWasOnANodeThatDiesIsGoneWithItsLease() {
        try (var ana = watch(one, "ana", "dying")) {
            hearUntil(ana, "ana");
            try (var three = one.beside(QUICK);
                    var bob = come(three, "acme", "bob", "dying");
                    var ghost = come(three, "acme", "ghost", "dying")) {
                hearUntilJoined(ana, "bob", "ghost");
                try (var back = connect(two, "bob")) {
                    three.stopHeart();
                    // One of the two comes back elsewhere in time, and never left.
                    join(back, "dying");
                    assertThat(changes(told(ana))).containsExactly("leave ghost online");
                    assertThat(back.ask("\"command\":\"ping\"")).containsEntry("ok", true);
                }
                assertThat(bob.ask("\"command\":\"ping\"")).containsEntry("ok", true);
                assertThat(ghost.ask("\"command\":\"ping\"")).containsEntry("ok", true);
            }
        }
    }

    private static void hearUntilJoined(RawWebSocket client, String... users) {
        var heard = new TreeSet<String>();
        while (!heard.containsAll(List.of(users))) {
            for (var change : list(told(client), "changes")) {
                heard.add((String) change.get("user"));
            }
        }
    }

    @Test
    void aNodeThatStopsLeavesItsUsersTheGraceTimeToComeBack() throws InterruptedException {
        try (var ana = watch(one, "ana", "dying");
                var back = connect(two, "bob")) {
            hearUntil(ana, "ana");
            var three = one.beside(QUICK);
            try (var bob = come(three, "acme", "bob", "dying");
                    var eve = come(three, "acme", "eve", "dying")) {
                hearUntilJoined(ana, "bob", "eve");
                var stopping = Thread.ofVirtual().start(three::close);
                // The grace time begins when it takes leave, not when the last of it is gone.
                TestNode.await(() ->
                        one.ask(
                                        "select count(*) from carillon.presence where user_id ="
                                            + " 'bob' and channel = 'dying' and ends_at is null")
                                .equals("0"));
                join(back, "dying");
                assertThat(changes(told(ana))).containsExactly("leave eve online");
                assertThat(back.ask("\"command\":\"ping\"")).containsEntry("ok", true);
                stopping.join();
                assertThat(bob).isNotSameAs(eve);
            }
        }
    }

    @Test
    void whatIsHiddenLaterIsSeenNoMore() {
        try (var ana = watch(one, "ana", "fading")) {
            hearUntil(ana, "ana");
            one.sql("select carillon.hide_presence('fading')");
            assertThat(changes(told(ana))).containsExactly("leave ana online");
        }
        assertThat(one.bean(Presence.class).followed()).isLessThan(20);
    }
}
