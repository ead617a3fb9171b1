package io.carillon.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.api.RestServer;
import io.carillon.auth.Admission;
import io.carillon.auth.Tokens;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

@Tag("A5")
class DemoTest {
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    @Test
    void developmentHasReadyUsersWhoseTokensWork() {
        try (var server = RestServer.start(Map.of("carillon.mode", "development"))) {
            assertThat(server.get("/api/demo/users").body())
                    .contains("\"ana\"", "\"ben\"", "\"cora\"", "\"dora\"", "\"emil\"")
                    .contains("\"acme\"", "\"globex\"");

            var answer = server.post("/api/demo/token", "{\"user\":\"cora\"}");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            var matcher = TOKEN.matcher(answer.body());
            assertThat(matcher.find()).isTrue();
            var admission = server.context().getBean(Tokens.class).principal(matcher.group(1));
            assertThat(admission)
                    .isInstanceOfSatisfying(
                            Admission.Valid.class,
                            valid -> {
                                assertThat(valid.principal().tenant()).isEqualTo("acme");
                                assertThat(valid.principal().roles()).contains("admin");
                                assertThat(
                                                Duration.between(
                                                        Instant.now(),
                                                        valid.principal().expiresAt()))
                                        .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
                            });
            assertThat(
                            server.get("/api/things", "Authorization", "Bearer " + matcher.group(1))
                                    .body())
                    .contains("\"acme\"", "\"cora\"");
        }
    }

    @Test
    void demoTokensFollowTheConfiguredClaims() {
        var settings =
                Map.<String, Object>of(
                        "carillon.mode", "development",
                        "carillon.auth.issuer", "https://id.example.com",
                        "carillon.auth.audience", "live",
                        "carillon.auth.claims.tenant", "https://example.com/org",
                        "carillon.auth.claims.roles", "realm_access.roles",
                        "carillon.auth.claims.user", "uid");
        try (var server = RestServer.start(settings)) {
            var context = server.context();
            for (var user : DemoUser.ALL) {
                var token = context.getBean(DemoTokens.class).issue(user, Instant.now());
                assertThat(context.getBean(Tokens.class).principal(token))
                        .isInstanceOfSatisfying(
                                Admission.Valid.class,
                                valid -> {
                                    assertThat(valid.principal().tenant()).isEqualTo(user.tenant());
                                    assertThat(valid.principal().user()).isEqualTo(user.user());
                                    assertThat(valid.principal().roles())
                                            .containsExactlyInAnyOrderElementsOf(user.roles());
                                });
            }
        }
    }

    @Test
    void whoIsNoDemoUserGetsNothing() {
        try (var server = RestServer.start(Map.of("carillon.mode", "development"))) {
            for (var body : new String[] {"{\"user\":\"root\"}", "{}", "{\"user\":null}"}) {
                var answer = server.post("/api/demo/token", body);
                assertThat(answer.statusCode()).as(body).isEqualTo(404);
                assertThat(answer.body()).contains("demo_user");
            }
            assertThat(server.post("/api/demo/token", "").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void inProductionNoneOfItExists() {
        for (var settings : new Map[] {Map.of(), Map.of("carillon.mode", "production")}) {
            @SuppressWarnings("unchecked")
            var typed = (Map<String, Object>) settings;
            try (var server = RestServer.start(typed)) {
                assertThat(server.get("/api/demo/users").statusCode()).isEqualTo(404);
                assertThat(server.post("/api/demo/token", "{\"user\":\"ana\"}").statusCode())
                        .isEqualTo(404);
                assertThat(server.context().containsBean(DemoController.class)).isFalse();
                assertThat(server.context().containsBean(DemoTokens.class)).isFalse();
            }
        }
        assertThatThrownBy(() -> RestServer.start(Map.of("carillon.demo.enabled", "true")).close())
                .rootCause()
                .hasMessageContaining("development only");
    }

    @Test
    void developmentCanDoWithoutThem() {
        try (var server =
                RestServer.start(
                        Map.of("carillon.mode", "development", "carillon.demo.enabled", "false"))) {
            assertThat(server.get("/api/demo/users").statusCode()).isEqualTo(404);
        }
    }
}
