package io.carillon.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.Clients;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

@Timeout(120)
class AdminTest {
    private static final String ADMIN = TestNode.token("acme", "cora", "admin");
    private static final String OTHER = TestNode.token("beta", "bob", "admin");
    private static final String OPERATOR = TestNode.token("house", "olga", "operator");
    private static final String CLERK = TestNode.token("acme", "carl", "operator");
    private static final String NOBODY = TestNode.token("acme", "ana");

    private static final TestNode NODE =
            TestNode.start(
                    PostgresFixture.datingCommits(),
                    "carillon.auth.operator-tenant",
                    "house",
                    "carillon.sight.round",
                    "50ms",
                    "carillon.sight.census",
                    "1s");

    @BeforeAll
    static void open() {
        NODE.open("orders", "news", "way", "later");
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    @Tag("A5")
    void nobodyElseIsLetIn() {
        for (var path : List.of("connections", "channels", "nodes", "doctor", "events/1", "none")) {
            for (var token : List.of(NOBODY, CLERK)) {
                var answer = ask(token, path);
                assertThat(answer.status()).as(path).isEqualTo(403);
                assertThat(answer.body()).as(path).containsEntry("code", "forbidden");
            }
            assertThat(ask("", path).status()).as(path).isEqualTo(401);
        }
    }

    @Test
    @Tag("A5")
    void anAdministratorSeesItsOwnTenantAndAnOperatorAll() {
        try (var mine = Clients.webSocket(NODE, NOBODY, "orders");
                var theirs = Clients.stream(NODE, TestNode.token("beta", "bea"), "orders")) {
            assertThat(mine).isNotSameAs(theirs);
            var own = connections(ADMIN, "");
            assertThat(own).extracting(it -> it.get("tenant")).containsOnly("acme");
            assertThat(own)
                    .anySatisfy(it ->
                            assertThat(it)
                                    .containsEntry("user", "ana")
                                    .containsEntry("transport", "websocket")
                                    .containsEntry("channels", List.of("orders"))
                                    .containsEntry("owed", false));
            assertThat(connections(OTHER, "")).extracting(it -> it.get("user")).containsOnly("bea");
            assertThat(connections(OPERATOR, ""))
                    .extracting(it -> it.get("tenant"))
                    .contains("acme", "beta");
            assertThat(connections(OPERATOR, "?tenant=beta"))
                    .extracting(it -> it.get("transport"))
                    .containsOnly("sse");
            assertThat(ask(ADMIN, "connections?tenant=beta").status()).isEqualTo(403);
            assertThat(ask(ADMIN, "channels?tenant=beta").status()).isEqualTo(403);
            assertThat(ask(ADMIN, "doctor").status()).isEqualTo(403);
            assertThat(ask(ADMIN, "nodes").status()).isEqualTo(403);
            assertThat(ask(ADMIN, "preview?table=t&channel=c").status()).isEqualTo(403);
        }
    }

    @Test
    void connectionsComeInPagesAndByUserAndChannel() {
        try (var first = Clients.webSocket(NODE, TestNode.token("pages", "u1"), "orders");
                var second = Clients.webSocket(NODE, TestNode.token("pages", "u2"), "news");
                var third = Clients.webSocket(NODE, TestNode.token("pages", "u3"), "news")) {
            assertThat(List.of(first, second, third)).doesNotContainNull();
            var page = ask(OPERATOR, "connections?tenant=pages&limit=2").body();
            assertThat(list(page, "connections")).hasSize(2);
            var rest =
                    ask(OPERATOR, "connections?tenant=pages&limit=2&after=" + page.get("next"))
                            .body();
            assertThat(list(rest, "connections")).hasSize(1);
            assertThat(rest.get("next")).isNull();
            assertThat(connections(OPERATOR, "?tenant=pages&channel=news")).hasSize(2);
            assertThat(connections(OPERATOR, "?tenant=pages&user=u1")).hasSize(1);
        }
    }

    @Test
    void channelsHaveTheirSubscribersAndRates() {
        var ana = TestNode.token("rates", "ana");
        try (var first = Clients.webSocket(NODE, ana, "news");
                var second = Clients.webSocket(NODE, ana, "news")) {
            var end = System.nanoTime() + 30_000_000_000L;
            while (System.nanoTime() < end) {
                NODE.emit("rates", "news", "told", "1");
                first.events(1);
                second.events(1);
                var found =
                        list(ask(OPERATOR, "channels?tenant=rates&prefix=ne").body(), "channels");
                // A lane that does not answer a census in time is left out of it.
                if (found.stream().anyMatch(AdminTest::bothAreCounted)) {
                    assertThat(found).hasSize(1);
                    return;
                }
                LockSupport.parkNanos(50_000_000);
            }
            throw new AssertionError("no rate within 30 s");
        }
    }

    private static boolean bothAreCounted(Map<String, Object> channel) {
        var events = (double) channel.get("eventsPerSecond");
        return channel.get("channel").equals("news")
                && channel.get("subscribers").equals(2)
                && events > 0
                && (double) channel.get("deliveriesPerSecond") > events;
    }

    @Test
    @Tag("F9")
    void anEventIsFollowedFromItsCommitToEachConnection() {
        try (var first = Clients.webSocket(NODE, NOBODY, "way");
                var second = Clients.stream(NODE, TestNode.token("acme", "ben"), "way")) {
            var id =
                    NODE.ask(
                            "select carillon.emit('acme', 'way', 'told', '1',"
                                    + " correlation_id => 'request-9')");
            first.events(1);
            second.events(1);
            // Whoever comes to a lane that has it before it hears it too.
            NODE.awaitSeen();
            try (var late = Clients.webSocket(NODE, TestNode.token("acme", "lea"), "way")) {
                assertThat(late).isNotNull();
                var way = ask(ADMIN, "events/" + id).body();

                var event = map(way, "event");
                assertThat(event)
                        .containsEntry("id", id)
                        .containsEntry("correlationId", "request-9");
                var committed = (String) event.get("committedAt");
                assertThat(committed).isNotNull();
                assertThat(map(way, "seen")).containsEntry("batch", 1).containsKey("sequence");
                var lanes = list(way, "lanes");
                assertThat(lanes).allMatch(lane -> Boolean.TRUE.equals(lane.get("passed")));
                assertThat(lanes.stream().mapToInt(lane -> (int) lane.get("handed")).sum())
                        .isEqualTo(2);
                assertThat(list(way, "connections"))
                        .extracting(it -> it.get("user") + " " + it.get("state"))
                        .containsExactlyInAnyOrder("ana HANDED", "ben HANDED", "lea CAME_LATER");
            }
            assertThat(ask(OPERATOR, "events/" + id).status()).isEqualTo(200);
            assertThat(ask(OTHER, "events/" + id).body()).containsEntry("code", "event_unknown");
            assertThat(ask(OTHER, "events/" + id + "?tenant=acme&channel=way").status())
                    .isEqualTo(404);
            assertThat(ask(ADMIN, "events/" + id + "?channel=way").status()).isEqualTo(200);
            assertThat(ask(ADMIN, "events/999999999").status()).isEqualTo(404);
        }
    }

    @Test
    @Tag("F8")
    void aTenantsLimitsAreItsAdministratorsToSee() {
        var mine = ask(ADMIN, "limits").body();

        assertThat(mine).containsEntry("tenant", "acme").containsKey("connections");
        assertThat(map(mine, "limits")).containsEntry("label", "default");
        assertThat(map(mine, "refused")).containsKey("connections");
        assertThat(ask(ADMIN, "limits?tenant=beta").status()).isEqualTo(403);
        assertThat(ask(OPERATOR, "limits?tenant=beta").status()).isEqualTo(200);
        assertThat(ask(CLERK, "limits").status()).isEqualTo(403);
    }

    @Test
    void theNodesTellTheirFigures() {
        try (var client = Clients.webSocket(NODE, NOBODY, "orders")) {
            assertThat(client).isNotNull();
            var nodes = ask(OPERATOR, "nodes").list();
            assertThat(nodes).hasSize(1);
            assertThat(nodes.getFirst()).containsEntry("here", true);
            var figures = map(nodes.getFirst(), "figures");
            assertThat((int) figures.get("connections")).isPositive();
            assertThat(figures).containsEntry("welcome", true);
        }
    }

    @Test
    @Tag("F11")
    void theDoctorsFindingsComeWithTheStatementThatMendsThem() {
        NODE.sql("create table public.sick (id bigint primary key, tenant_id text not null)");
        NODE.sql("select carillon.watch('public.sick', 'sick')");
        NODE.sql("alter table public.sick disable trigger all");

        var findings = ask(OPERATOR, "doctor").list();

        assertThat(findings)
                .anySatisfy(finding ->
                        assertThat(finding)
                                .containsEntry("severity", "error")
                                .containsEntry("subject", "public.sick")
                                .hasEntrySatisfying(
                                        "mend",
                                        mend ->
                                                assertThat((String) mend)
                                                        .contains("enable trigger")));
    }

    @Test
    @Tag("F12")
    void aPreviewShowsWhatATableWouldSend() {
        NODE.sql("create table public.seen (id bigint primary key, tenant_id text, text text)");
        NODE.sql("insert into public.seen values (1, 'acme', 'a bell')");
        NODE.sql("grant select on public.seen to carillon_runtime");

        var events = ask(OPERATOR, "preview?table=public.seen&channel=seen").list();

        assertThat(events)
                .extracting(it -> it.get("type"))
                .contains("seen.created", "seen.deleted");
        assertThat(events.getFirst().toString()).contains("a bell").contains("tenant acme");
        var refused = ask(OPERATOR, "preview?table=public.none&channel=seen");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).containsEntry("code", "preview_refused");
    }

    private static List<Map<String, Object>> connections(String token, String query) {
        return list(ask(token, "connections" + query).body(), "connections");
    }

    private static RestAnswer ask(String token, String path) {
        return RestAnswer.get(NODE, "/api/admin/" + path, token);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> body, String name) {
        return (List<Map<String, Object>>) body.get(name);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> body, String name) {
        return (Map<String, Object>) body.get(name);
    }
}
