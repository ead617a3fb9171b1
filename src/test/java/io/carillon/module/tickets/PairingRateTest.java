package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.api.admin.RestAnswer;
import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;

/// How many codes for screens one address may ask for in a minute.
@Timeout(60)
class PairingRateTest {
    private static final String PER_MINUTE = "carillon.tickets.pairings-per-minute";

    private int tenants;

    private static RestAnswer begin(TestNode to, String tenant, String... headers) {
        var wish = "{\"tenant\":\"%s\",\"kind\":\"totem\",\"name\":\"x\"}".formatted(tenant);
        return RestAnswer.send(to, "POST", "/api/queue/pairings", wish, "", headers);
    }

    /// @return the status of the answer
    private int elsewhere(TestNode to, String... headers) {
        return begin(to, "t" + ++tenants, headers).status();
    }

    @Test
    @Tag("D1")
    void oneAddressAsksForFewCodesAMinute() {
        try (var strict = TestNode.start(PER_MINUTE, 2)) {
            var answers = new ArrayList<RestAnswer>();
            // A minute may end in between.
            for (var count = 0; count < 5; count++) {
                answers.add(begin(strict, "initrode"));
            }
            assertThat(answers.getFirst().status()).isEqualTo(201);
            var refused = answers.stream().filter(it -> it.status() == 429).toList();
            assertThat(refused).isNotEmpty();
            assertThat(refused.getFirst().body()).containsEntry("code", "rate");
            // Asking whether it was approved is counted by itself.
            var claim = "{\"tenant\":\"initrode\",\"secret\":\"x\"}";
            assertThat(
                            RestAnswer.send(strict, "POST", "/api/queue/pairings/claim", claim, "")
                                    .status())
                    .isEqualTo(404);
        }
    }

    @Test
    @Tag("D1")
    void behindAProxyEveryScreenHasItsOwnBudget() {
        try (var strict = TestNode.start(PER_MINUTE, 2, "carillon.http.proxies", 1)) {
            var told = "X-Forwarded-For";
            var one = new ArrayList<Integer>();
            for (var count = 0; count < 5; count++) {
                // What a client claims stands before what the proxy adds, in one line or in two.
                var claimed = "203.0.113." + count;
                var headers =
                        count % 2 == 0
                                ? new String[] {told, claimed + ", 198.51.100.1"}
                                : new String[] {told, claimed, told, "198.51.100.1"};
                one.add(elsewhere(strict, headers));
            }
            assertThat(one).startsWith(201).contains(429);
            assertThat(elsewhere(strict, told, "198.51.100.1, 198.51.100.2")).isEqualTo(201);
        }
    }

    @Test
    void withoutAProxyNobodyBelievesWhatAClientClaims() {
        try (var strict = TestNode.start(PER_MINUTE, 2)) {
            var answers = new ArrayList<Integer>();
            for (var count = 0; count < 5; count++) {
                answers.add(elsewhere(strict, "X-Forwarded-For", "198.51.100." + count));
            }
            assertThat(answers).startsWith(201).contains(429);
        }
    }
}
