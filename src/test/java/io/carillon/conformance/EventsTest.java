package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.auth.Admission;
import io.carillon.auth.Tickets;
import io.carillon.auth.Tokens;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/// What only `/events` has: its query, statuses and headers, tickets, cancelled requests.
@Timeout(60)
class EventsTest {
    private static final String ANA = TestNode.token("acme", "ana");
    private static final String STREAM = "text/event-stream";
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        node.open("orders", "notes", "é", "with space");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    @Tag("A4")
    void aPollWithoutCursorAnswersAtOnceWithTheCursorOfNow() {
        var answer = get("channels=orders,notes&wait=20", "Authorization", "Bearer " + ANA);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("{\"cursor\":\"1").endsWith("\"messages\":[]}");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-store");
        assertThat(answer.headers().allValues("Vary").toString()).contains("Authorization");
        assertThat(answer.body())
                .contains(answer.headers().firstValue("Carillon-Cursor").orElseThrow());
    }

    @Test
    @Tag("A4")
    void aPollThatWaitsEmptyAnswersWithAFreshCursor() {
        var answer =
                get(
                        "channels=orders&wait=1&cursor=" + node.cursor(),
                        "Authorization",
                        "Bearer " + ANA);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"messages\":[]");
    }

    @Test
    void channelsMayBeRepeatedAndHaveAnyName() {
        var query = "channels=orders&channels=%C3%A9,with%20space";
        assertThat(get(query, "Authorization", "Bearer " + ANA).statusCode()).isEqualTo(200);
    }

    @Test
    void aWrongQueryIsRefusedWithAReason() {
        for (var query :
                List.of(
                        "",
                        "channels=",
                        "channels=a,,b",
                        "channels=a,a",
                        "channels=a%00",
                        "channels=" + "x".repeat(201),
                        "channels=a&wait=soon",
                        "channels=a&wait=-1",
                        "channels=a&cursor=1&cursor=2")) {
            for (var accept : List.of("application/json", STREAM)) {
                var answer = get(query, "Authorization", "Bearer " + ANA, "Accept", accept);
                assertThat(answer.statusCode()).as(query).isEqualTo(400);
                assertThat(answer.headers().firstValue("Content-Type"))
                        .contains("application/problem+json");
                assertThat(answer.body()).contains("\"code\":\"malformed\"");
            }
        }
    }

    @Test
    @Tag("A5")
    void nobodyIsLetInWithoutATokenOrWithAWrongOne() {
        for (var accept : List.of("application/json", STREAM)) {
            var none = get("channels=orders", "Accept", accept);
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.body()).contains("token_missing");
            var wrong = get("channels=orders", "Accept", accept, "Authorization", "Bearer x.y.z");
            assertThat(wrong.statusCode()).isEqualTo(401);
            var ticket = get("channels=orders&ticket=nonsense", "Accept", accept);
            assertThat(ticket.statusCode()).isEqualTo(401);
            assertThat(ticket.body()).contains("ticket_invalid");
        }
    }

    @Test
    void refusalsAreStatuses() {
        var forbidden = get("channels=secrets", "Authorization", "Bearer " + ANA);
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(forbidden.body())
                .contains("\"code\":\"forbidden\"")
                .doesNotContain("\"reason\"");
        var reset = get("channels=orders&cursor=x", "Authorization", "Bearer " + ANA);
        assertThat(reset.statusCode()).isEqualTo(410);
        assertThat(reset.body()).contains("\"code\":\"reset\"", "\"reason\":\"malformed\"");
        var stream =
                get("channels=orders&cursor=x", "Authorization", "Bearer " + ANA, "Accept", STREAM);
        assertThat(stream.statusCode()).isEqualTo(410);
    }

    @Test
    @Tag("A5")
    void aStreamTicketOpensAStreamMoreThanOnceAndAOneTimeTicketNone() throws Exception {
        var tickets = node.bean(Tickets.class);
        var ana = ((Admission.Valid) node.bean(Tokens.class).principal(ANA)).principal();
        var stream = ((Tickets.Issue.Issued) tickets.issue(ana, Tickets.Kind.STREAM)).ticket();
        var once = ((Tickets.Issue.Issued) tickets.issue(ana, Tickets.Kind.ONCE)).ticket();
        for (var time = 0; time < 2; time++) {
            var request = request("channels=orders&ticket=" + stream, "Accept", STREAM);
            var response = Transport.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith(STREAM);
            response.body().close();
        }
        assertThat(get("channels=orders&ticket=" + once, "Accept", STREAM).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aStreamBeginsWithARetryAndItsSubscription() throws Exception {
        var request =
                request(
                        "channels=orders",
                        "Accept",
                        STREAM,
                        "Accept-Encoding",
                        "gzip",
                        "Authorization",
                        "Bearer " + ANA);
        var response = Transport.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Encoding")).hasValue("identity");
        try (var body =
                new java.io.BufferedReader(new java.io.InputStreamReader(response.body()))) {
            assertThat(body.readLine()).matches("retry: [12][0-9]{3}");
            assertThat(body.readLine()).isEmpty();
            assertThat(body.readLine()).startsWith("id: 1");
            assertThat(body.readLine()).isEqualTo("event: subscribed");
            assertThat(body.readLine())
                    .startsWith(
                            "data: {\"reply\":1,\"ok\":true,\"channels\":[\"orders\"],\"cursor\":");
        }
    }

    @Test
    void lastEventIdIsNewerThanTheCursorInTheAddress() throws Exception {
        var old = node.cursor();
        node.emit("acme", "orders", "t", "{\"n\":1}");
        var newer = node.cursor();
        node.emit("acme", "orders", "t", "{\"n\":2}");
        var answer =
                get(
                        "channels=orders&wait=5&cursor=" + old,
                        "Authorization",
                        "Bearer " + ANA,
                        "Last-Event-ID",
                        newer);
        assertThat(answer.body()).contains("{\"n\": 2}").doesNotContain("{\"n\": 1}");
    }

    @Test
    @Tag("B7")
    void cancelledRequestsLeaveTheirLane() throws Exception {
        node.awaitConnections(0);
        var stream = Transport.SSE.follow(node, ANA, List.of("orders"), null).subscribed();
        var poll =
                Transport.HTTP.sendAsync(
                        request(
                                "channels=orders&wait=20&cursor=" + node.cursor(),
                                "Authorization",
                                "Bearer " + ANA),
                        HttpResponse.BodyHandlers.ofString());
        node.awaitConnections(2);
        stream.close();
        poll.cancel(true);
        node.awaitConnections(0);
    }

    @Test
    @Tag("B7")
    void pagesOfListedOriginsMayReadAndOthersMayNot() {
        var ours =
                get(
                        "channels=orders",
                        "Authorization",
                        "Bearer " + ANA,
                        "Origin",
                        "https://app.example.com");
        assertThat(ours.statusCode()).isEqualTo(200);
        assertThat(ours.headers().firstValue("Access-Control-Allow-Origin"))
                .hasValue("https://app.example.com");
        for (var accept : List.of("application/json", STREAM)) {
            var foreign =
                    get(
                            "channels=orders",
                            "Authorization",
                            "Bearer " + ANA,
                            "Accept",
                            accept,
                            "Origin",
                            "https://evil.example.com");
            assertThat(foreign.statusCode()).isEqualTo(403);
        }
    }

    private static HttpResponse<String> get(String query, String... headers) {
        return Transport.send(request(query, headers), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(String query, String... headers) {
        var address = "http://localhost:" + node.port() + "/events?" + query;
        var request = HttpRequest.newBuilder(URI.create(address));
        for (var index = 0; index < headers.length; index += 2) {
            request.header(headers[index], headers[index + 1]);
        }
        return request.build();
    }
}
