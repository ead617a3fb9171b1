package io.carillon.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.identity.Principal;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

class WriteRateTest {
    private final AtomicLong nanos = new AtomicLong();
    private final WriteRate rate =
            new WriteRate(
                    new ModuleSettings(Duration.ofSeconds(1), Duration.ofDays(1), 10, 5),
                    nanos::get);

    private static Principal user(String tenant, String user) {
        return new Principal(tenant, user, user, Set.of(), null, null, Instant.MAX);
    }

    @Test
    @Tag("F8")
    void aUserSendsSoManyAtOnceAndThenAtThePace() {
        var ana = user("acme", "ana");
        for (var index = 0; index < 5; index++) {
            assertThat(rate.take(ana)).isTrue();
        }
        assertThat(rate.take(ana)).isFalse();
        assertThat(rate.take(user("acme", "ben"))).isTrue();
        assertThat(rate.take(user("globex", "ana"))).isTrue();
        nanos.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(rate.take(ana)).isTrue();
        assertThat(rate.take(ana)).isFalse();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        for (var index = 0; index < 5; index++) {
            assertThat(rate.take(ana)).isTrue();
        }
        assertThat(rate.take(ana)).isFalse();
    }

    @Test
    @Tag("F8")
    void whoeverSendsTooManyIsToldSo() {
        try (var node =
                ModuleNode.start(
                        "carillon.module.writes-at-once",
                        2,
                        "carillon.module.writes-per-second",
                        1)) {
            var ana = node.person("acme", "ana");
            Person.Answer last;
            var sent = 0;
            do {
                last = ana.post("/api/approvals", "{\"title\":\"x\"}");
                sent++;
            } while (last.status() == 201 && sent < 20);
            last.problem(429, "rate");
            assertThat(last.header("Retry-After")).isEqualTo("1");
            assertThat(ana.get("/api/approvals").status()).isEqualTo(200);
            assertThat(
                            node.person("acme", "ben")
                                    .post("/api/approvals", "{\"title\":\"x\"}")
                                    .status())
                    .isEqualTo(201);
        }
    }
}
