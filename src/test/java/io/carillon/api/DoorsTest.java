package io.carillon.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.PlainJWT;

import io.carillon.auth.TestTokens;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

@Tag("A5")
class DoorsTest {
    private static final String KEY = "kV7mQ2xT9bR4wN8zL3pY6cH1jF5sD0gA";
    private static final RestServer SERVER =
            RestServer.start(Map.of("carillon.auth.metrics-key", KEY));

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void aTokenOpensTheApiForItsTenant() {
        var answer = SERVER.get("/api/things", bearer(TestTokens.hs256(TestTokens.ana())));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"acme\"", "\"ana\"");
    }

    @Test
    void noHeaderOrQueryMakesAnotherTenant() {
        var token = TestTokens.hs256(TestTokens.ana());
        var answer =
                SERVER.get(
                        "/api/things?tenant=globex&user=emil",
                        "Authorization",
                        "Bearer " + token,
                        "X-Tenant",
                        "globex");

        assertThat(answer.body()).contains("\"acme\"", "\"ana\"").doesNotContain("globex");
    }

    @Test
    void withoutATokenTheApiIsClosed() {
        for (var path : List.of("/api/things", "/api/admin", "/api/nothing", "/api/tickets")) {
            problem(SERVER.get(path), 401, "token_missing");
            assertThat(SERVER.get(path).headers().firstValue("WWW-Authenticate"))
                    .hasValue("Bearer");
        }
        problem(SERVER.post("/api/tickets", ""), 401, "token_missing");
        problem(SERVER.get("/api/things", "Authorization", "Basic YTpi"), 401, "token_missing");
        problem(
                SERVER.get("/api/things?access_token=" + TestTokens.hs256(TestTokens.ana())),
                401,
                "token_missing");
        problem(
                SERVER.get("/api/things", "Cookie", "JWT=" + TestTokens.hs256(TestTokens.ana())),
                401,
                "token_missing");
    }

    @Test
    void everyBadTokenIsToldWhy() throws Exception {
        var past = Date.from(Instant.now().minusSeconds(120));
        var future = Date.from(Instant.now().plusSeconds(120));
        var hs512 = new MACSigner((TestTokens.SECRET + TestTokens.SECRET).getBytes("UTF-8"));

        reason(new PlainJWT(TestTokens.ana().build()).serialize(), "token_algorithm");
        reason(TestTokens.sign(JWSAlgorithm.HS512, hs512, TestTokens.ana()), "token_algorithm");
        reason(TestTokens.hs256("x" + TestTokens.SECRET, TestTokens.ana()), "token_signature");
        reason(TestTokens.hs256(TestTokens.ana().expirationTime(past)), "token_expired");
        reason(TestTokens.hs256(TestTokens.ana().expirationTime(null)), "token_no_expiry");
        reason(TestTokens.hs256(TestTokens.ana().notBeforeTime(future)), "token_not_yet_valid");
        reason(TestTokens.hs256(TestTokens.ana().claim("tenant", null)), "token_no_tenant");
        reason(TestTokens.hs256(TestTokens.ana().subject(null)), "token_no_user");
        reason("nonsense", "token_malformed");
    }

    @Test
    void whatMayBlockRunsOnAVirtualThread() {
        var answer = SERVER.get("/api/thread", bearer(TestTokens.hs256(TestTokens.ana())));

        assertThat(answer.body()).isEqualTo("true");
    }

    @Test
    void rolesOfTheTokenCount() {
        var admin = TestTokens.hs256(TestTokens.user("acme", "cora", List.of("admin")));

        problem(
                SERVER.get("/api/admin", bearer(TestTokens.hs256(TestTokens.ana()))),
                403,
                "forbidden");
        assertThat(SERVER.get("/api/admin", bearer(admin)).body()).isEqualTo("secret");
    }

    @Test
    void staticFilesAndHealthAreOpen() {
        for (var path : List.of("/", "/index.html", "/health")) {
            assertThat(SERVER.get(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(SERVER.get("/index.html").body()).contains("<title>static</title>");
        // It judges for itself, and asks for channels before it asks who.
        assertThat(SERVER.get("/events").statusCode()).isEqualTo(400);
    }

    @Test
    void whatNobodyOpenedIsClosed() {
        problem(SERVER.get("/forgotten"), 401, "token_missing");
        problem(
                SERVER.get("/forgotten", bearer(TestTokens.hs256(TestTokens.ana()))),
                403,
                "forbidden");
    }

    @Test
    void thereIsNoWayRound() {
        for (var path :
                List.of(
                        "/api/things/",
                        "/api//things",
                        "//api/things",
                        "/api/demo/../things",
                        "/api/demo/%2e%2e/things",
                        "/%61pi/things",
                        "/API/things",
                        "/api/things;x=1",
                        "/api/things%00",
                        "/api/demo/../../forgotten")) {
            assertThat(SERVER.get(path).body()).as(path).doesNotContain("tenant\"", "nobody said");
            assertThat(SERVER.get(path).statusCode()).as(path).isBetween(400, 499);
        }
    }

    @Test
    void errorsOfTheFrameworkAreProblemsToo() {
        var token = bearer(TestTokens.hs256(TestTokens.ana()));

        problem(SERVER.get("/nothing"), 404, "not_found");
        problem(SERVER.get("/api/nothing", token), 404, "not_found");
        problem(SERVER.send("DELETE", "/api/things", "", token), 405, "method_not_allowed");
        problem(SERVER.post("/api/tickets", "{broken", token), 400, "bad_request");
        var fault = SERVER.get("/api/fault", token);
        problem(fault, 500, "internal_server_error");
        assertThat(fault.body()).doesNotContain("hunter2");
    }

    @Test
    void metricsOpenToTheirKeyAndToNoToken() {
        var admin = TestTokens.hs256(TestTokens.user("acme", "cora", List.of("admin")));

        assertThat(SERVER.get("/prometheus", bearer(KEY)).statusCode()).isEqualTo(200);
        assertThat(SERVER.get("/prometheus").statusCode()).isEqualTo(401);
        assertThat(SERVER.get("/prometheus", bearer(KEY + "x")).statusCode()).isEqualTo(401);
        assertThat(SERVER.get("/prometheus", bearer(admin)).statusCode()).isEqualTo(403);
        assertThat(SERVER.get("/beans", bearer(KEY)).statusCode()).isBetween(401, 404);
        assertThat(SERVER.get("/env", bearer(admin)).statusCode()).isBetween(401, 404);
    }

    @Test
    void metricsWithoutAKeyAreShutInProduction() {
        try (var server = RestServer.start(Map.of())) {
            assertThat(server.get("/prometheus").statusCode()).isEqualTo(401);
        }
    }

    private static void reason(String token, String code) {
        var answer = SERVER.get("/api/things", bearer(token));
        problem(answer, 401, code);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .hasValue("Bearer error=\"invalid_token\"");
    }

    static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    static void problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
        assertThat(answer.body())
                .contains(
                        "\"type\":\"urn:carillon:problem:" + code + "\"",
                        "\"title\":",
                        "\"status\":" + status,
                        "\"detail\":",
                        "\"code\":\"" + code + "\"");
    }
}
