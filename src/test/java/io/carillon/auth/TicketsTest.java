package io.carillon.auth;

import static io.carillon.auth.ChannelRulesTest.user;
import static io.carillon.auth.TokensTest.refused;
import static io.carillon.auth.TokensTest.valid;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.auth.Tickets.Issue;
import io.carillon.auth.Tickets.Kind;
import io.carillon.identity.Principal;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

@Tag("A5")
class TicketsTest {
    private final Tickets node = node();
    private final Tickets another = node();
    private final Principal ana = user("acme", "ana", "member", "admin");

    @BeforeEach
    void noTickets() {
        AuthPostgres.sql("delete from carillon.ticket");
    }

    @Test
    void aTicketIsGoodOnceOnAnyNode() {
        var ticket = issued(node.issue(ana, Kind.ONCE)).ticket();

        assertThat(valid(another.redeem(ticket, Kind.ONCE)).user()).isEqualTo("ana");
        refused(another.redeem(ticket, Kind.ONCE), Refusal.TICKET_INVALID);
        refused(node.redeem(ticket, Kind.ONCE), Refusal.TICKET_INVALID);
    }

    @Test
    void ofManyAttemptsAtOnceOneSucceeds() throws InterruptedException, ExecutionException {
        for (var round = 0; round < 20; round++) {
            var ticket = issued(node.issue(ana, Kind.ONCE)).ticket();
            var start = new CountDownLatch(1);
            var attempts = new ArrayList<Future<Admission>>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var index = 0; index < 8; index++) {
                    var where = index % 2 == 0 ? node : another;
                    Callable<Admission> attempt =
                            () -> {
                                start.await();
                                return where.redeem(ticket, Kind.ONCE);
                            };
                    attempts.add(threads.submit(attempt));
                }
                start.countDown();
            }
            var in = 0;
            for (var attempt : attempts) {
                in += attempt.get() instanceof Admission.Valid ? 1 : 0;
            }
            assertThat(in).isOne();
        }
    }

    @Test
    void theTicketCarriesTheWholePrincipal() {
        var end = Instant.now().plusSeconds(900).truncatedTo(ChronoUnit.SECONDS);
        var whole =
                new Principal(
                        "acme",
                        "ana",
                        "Ana Ä.",
                        Set.of("a b", "c,\"d\"}"),
                        "jti",
                        end.minusSeconds(999),
                        end);
        var plain = new Principal("acme", "ben", "ben", Set.of(), null, null, end);

        for (var principal : new Principal[] {whole, plain}) {
            for (var kind : Kind.values()) {
                var ticket = issued(node.issue(principal, kind)).ticket();
                assertThat(valid(another.redeem(ticket, kind))).isEqualTo(principal);
            }
        }
    }

    @Test
    void aStreamTicketIsGoodAgainUntilItExpires() {
        var ticket = issued(node.issue(ana, Kind.STREAM)).ticket();

        valid(node.redeem(ticket, Kind.STREAM));
        valid(another.redeem(ticket, Kind.STREAM));
        AuthPostgres.sql("update carillon.ticket set expires_at = clock_timestamp()");
        refused(node.redeem(ticket, Kind.STREAM), Refusal.TICKET_INVALID);
    }

    @Test
    void aTicketIsGoodForItsPurposeOnly() {
        var once = issued(node.issue(ana, Kind.ONCE)).ticket();
        var stream = issued(node.issue(ana, Kind.STREAM)).ticket();

        refused(node.redeem(once, Kind.STREAM), Refusal.TICKET_INVALID);
        refused(node.redeem(stream, Kind.ONCE), Refusal.TICKET_INVALID);
        valid(node.redeem(once, Kind.ONCE));
        valid(node.redeem(stream, Kind.STREAM));
    }

    @Test
    void anExpiredTicketIsWorthNothing() {
        var ticket = issued(node.issue(ana, Kind.ONCE)).ticket();
        AuthPostgres.sql("update carillon.ticket set expires_at = clock_timestamp()");

        refused(node.redeem(ticket, Kind.ONCE), Refusal.TICKET_INVALID);
    }

    @Test
    void aTicketEndsAfterItsTimeAndNoLaterThanTheToken() {
        var now = Instant.now();
        var once = issued(node.issue(ana, Kind.ONCE)).expiresAt();
        var stream = issued(node.issue(ana, Kind.STREAM)).expiresAt();
        var then = Instant.now();
        assertThat(once).isBetween(now.plusSeconds(28), then.plusSeconds(32));
        assertThat(stream).isBetween(now.plusSeconds(595), then.plusSeconds(602));

        var soon = then.plusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
        var brief = new Principal("acme", "ana", "ana", Set.of(), null, null, soon);
        assertThat(issued(node.issue(brief, Kind.STREAM)).expiresAt())
                .isEqualTo(soon.plus(Duration.ofSeconds(30)));
    }

    @Test
    void whatIsNoTicketIsNotEvenLookedUp() {
        for (var text :
                new String[] {"", "x", "a".repeat(44), "' or true --".repeat(4), "ä".repeat(43)}) {
            refused(node.redeem(text, Kind.ONCE), Refusal.TICKET_INVALID);
        }
        refused(node.redeem("a".repeat(43), Kind.ONCE), Refusal.TICKET_INVALID);
    }

    @Test
    void nobodyHoldsTicketsWithoutEnd() {
        for (var index = 0; index < Tickets.MAX_PER_USER; index++) {
            issued(node.issue(ana, Kind.ONCE));
        }
        var denied = (Issue.Denied) node.issue(ana, Kind.ONCE);
        assertThat(denied.code()).isEqualTo(Refusal.TICKETS_EXHAUSTED);
        issued(node.issue(user("acme", "ben"), Kind.ONCE));
        issued(node.issue(user("globex", "ana"), Kind.ONCE));

        AuthPostgres.sql("update carillon.ticket set expires_at = clock_timestamp()");
        issued(node.issue(ana, Kind.ONCE));
        assertThat(AuthPostgres.count("select count(*) from carillon.ticket")).isOne();
    }

    @Test
    void aRevokedUsersTicketsAreGone() {
        var anas = issued(node.issue(ana, Kind.STREAM)).ticket();
        var others = issued(node.issue(user("globex", "ana"), Kind.STREAM)).ticket();

        another.revoke("acme", "ana");

        refused(node.redeem(anas, Kind.STREAM), Refusal.TICKET_INVALID);
        valid(node.redeem(others, Kind.STREAM));
    }

    @Test
    void theTicketItselfIsKeptNowhere() {
        var issue = issued(node.issue(ana, Kind.ONCE));

        assertThat(issue.toString()).doesNotContain(issue.ticket());
        assertThat(
                        AuthPostgres.count(
                                "select count(*) from carillon.ticket t where t::text like '%%%s%%'"
                                        .formatted(issue.ticket())))
                .isZero();
        assertThat(
                        AuthPostgres.count(
                                "select count(*) from carillon.ticket where hash = sha256('%s')"
                                        .formatted(issue.ticket())))
                .isOne();
    }

    private static Tickets node() {
        return new Tickets(
                AuthPostgres.database(),
                Settings.tokens(VerificationKey.ofSecret(TestTokens.SECRET)));
    }

    private static Issue.Issued issued(Issue issue) {
        assertThat(issue).isInstanceOf(Issue.Issued.class);
        return (Issue.Issued) issue;
    }
}
