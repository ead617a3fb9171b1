package io.carillon.api;

import static io.carillon.api.DoorsTest.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.auth.TestTokens;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.http.HttpResponse;
import java.util.Map;

@Tag("B7")
class CrossOriginTest {
    private static final String APP = "https://app.example.com";
    private static final RestServer SERVER =
            RestServer.start(Map.of("carillon.auth.origins", APP + ",http://localhost:5173"));

    private final String bearer = "Bearer " + TestTokens.hs256(TestTokens.ana());

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void aListedPageMayReadTheAnswer() {
        for (var path : new String[] {"/api/things", "/events"}) {
            var answer = SERVER.get(path, "Origin", APP, "Authorization", bearer);

            // Without a channel /events refuses; a page may read that too.
            assertThat(answer.statusCode()).isEqualTo(path.equals("/events") ? 400 : 200);
            assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(APP);
            assertThat(header(answer, "Access-Control-Expose-Headers")).contains("Carillon-Cursor");
            assertThat(header(answer, "Access-Control-Allow-Credentials")).isEmpty();
            assertThat(answer.headers().allValues("Vary")).contains("Origin");
        }
    }

    @Test
    void aPreflightNeedsNoToken() {
        var answer =
                SERVER.send(
                        "OPTIONS",
                        "/api/things",
                        "",
                        "Origin",
                        APP,
                        "Access-Control-Request-Method",
                        "GET",
                        "Access-Control-Request-Headers",
                        "authorization,content-type");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(header(answer, "Access-Control-Allow-Methods")).contains("GET", "POST");
        assertThat(header(answer, "Access-Control-Allow-Headers"))
                .isEqualTo("authorization,content-type");
    }

    @Test
    void aStrangePageIsRefusedOnOurSide() {
        for (var path : new String[] {"/api/things", "/events", "/api/tickets", "/api/nothing"}) {
            var answer =
                    SERVER.get(path, "Origin", "https://evil.example", "Authorization", bearer);

            problem(answer, 403, "origin_forbidden");
            assertThat(header(answer, "Access-Control-Allow-Origin")).isEmpty();
            assertThat(answer.headers().allValues("Vary")).contains("Origin");
        }
        var preflight =
                SERVER.send(
                        "OPTIONS",
                        "/api/things",
                        "",
                        "Origin",
                        "https://evil.example",
                        "Access-Control-Request-Method",
                        "GET");
        assertThat(preflight.statusCode()).isEqualTo(403);
        assertThat(header(preflight, "Access-Control-Allow-Origin")).isEmpty();
        problem(SERVER.get("/events", "Origin", "null"), 403, "origin_forbidden");
    }

    @Test
    void aRefusalCanBeReadByTheListedPage() {
        var answer = SERVER.get("/api/things", "Origin", APP);

        problem(answer, 401, "token_missing");
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(APP);
        var missing = SERVER.get("/api/nothing", "Origin", APP, "Authorization", bearer);
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(header(missing, "Access-Control-Allow-Origin")).isEqualTo(APP);
        var fault = SERVER.get("/api/fault", "Origin", APP, "Authorization", bearer);
        assertThat(header(fault, "Access-Control-Allow-Origin")).isEqualTo(APP);
    }

    @Test
    void ourOwnPageMay() {
        var own = "http://localhost:" + SERVER.port();

        assertThat(SERVER.get("/api/things", "Origin", own, "Authorization", bearer).statusCode())
                .isEqualTo(200);
    }

    @Test
    void whoeverSaysNoOriginIsNoPage() {
        var answer = SERVER.get("/api/things", "Authorization", bearer);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEmpty();
        assertThat(answer.headers().allValues("Vary")).contains("Origin");
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
