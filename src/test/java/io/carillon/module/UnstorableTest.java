package io.carillon.module;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What Postgres cannot hold is the client's fault, and is told so: never a fault of ours, and
/// never something else in its place.
@Timeout(60)
class UnstorableTest {
    private static ModuleNode node;
    private static Person cora;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        cora = node.person("acme", "cora", "admin");
        cora.post("/api/agents", "{\"id\":\"ringer\",\"name\":\"The ringer\"}").ok();
        cora.post("/api/studios", "{\"id\":\"tower\",\"name\":\"The tower\"}").ok();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    POST | agents/ringer/events | {"type":"ai.x","data":{"a":"\\u0000"}} | unstorable
                    POST | agents/ringer/events | {"type":"ai.x","data":{"a":["\\ud800"]}} | unstorable
                    POST | agents/ringer/events | {"type":"ai.x","data":{"\\udc00":1}} | unstorable
                    POST | agents/ringer/events | {"type":"ai.x","data":{"a":1e400}} | unstorable
                    POST | studios/tower/tracks | {"title":"\\u0000"} | unstorable
                    POST | studios/tower/tracks | {"title":"\\ud800"} | unstorable
                    POST | studios/tower/tracks | {"title":"x","artist":"\\u0000"} | unstorable
                    POST | studios/tower/tracks | {"title":"x","artist":"a\\udbff"} | unstorable
                    POST | studios/tower/tracks | {"title":"x","at":"+300000-01-01T00:00:00Z"} | invalid
                    POST | approvals | {"title":"x","expires_at":"-5000-01-01T00:00:00Z"} | invalid
                    POST | approvals | {"title":"x","expires_at":"+300000-01-01T00:00:00Z"} | invalid
                    POST | approvals | {"title":"a\\ud800b"} | unstorable
                    POST | approvals | {"title":"x","title":"y"} | bad_request
                    POST | approvals | {"title":"x" | bad_request
                    POST | approvals | {"title":"x",} | bad_request
                    POST | approvals | {"title":"x","other":{"a":1,"a":2}} | bad_request
                    POST | approvals | {"title":"x"} {} | unstorable
                    POST | approvals/1/approve | {"comment":} | bad_request
                    POST | approvals/1/approve | {"comment":"x","comment":"y"} | bad_request
                    POST | notifications/read | {"a":} | bad_request
                    POST | queue/counters | {"name":"x","service_ids":[null]} | invalid
                    POST | queue/pairings | {"tenant":"\\u0000","kind":"totem","name":"x"} | unstorable
                    GET | queue/statistics?day=0000-01-01 | `` | day
                    GET | studios/%00 | `` | row_refused
                    GET | studios/tower/events?type=%00 | `` | invalid
                    """)
    void itIsRefused(String method, String path, String body, String code) {
        refused(cora.send(method, "/api/" + path, body), code);
    }

    @ParameterizedTest
    @CsvSource({"+99999-01-01T00:00Z", "-4800-01-01T00:00Z", "never"})
    void aPageBeginsInThisOrTheNextCentury(String moment) {
        var token = (moment + "\n5").getBytes(StandardCharsets.UTF_8);
        refused(
                cora.get(
                        "/api/conversations?after="
                                + Base64.getUrlEncoder().withoutPadding().encodeToString(token)),
                "page_token");
    }

    private static void refused(Person.Answer answer, String code) {
        assertThat(answer.status()).as(answer.body().toString()).isBetween(400, 499);
        answer.problem(answer.status(), code);
    }
}
