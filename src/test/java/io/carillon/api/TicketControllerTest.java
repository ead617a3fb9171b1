package io.carillon.api;

import static io.carillon.api.DoorsTest.bearer;
import static io.carillon.api.DoorsTest.problem;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.carillon.auth.Admission;
import io.carillon.auth.AuthPostgres;
import io.carillon.auth.TestTokens;
import io.carillon.auth.Tickets;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Map;
import java.util.regex.Pattern;

@Tag("A5")
@Isolated("hears all that is logged")
class TicketControllerTest {
    private static final Pattern TICKET = Pattern.compile("\"ticket\":\"([A-Za-z0-9_-]{43})\"");
    private static final RestServer SERVER = RestServer.start(Map.of());
    private static final RestServer OTHER = RestServer.start(Map.of());

    @AfterAll
    static void stop() {
        SERVER.close();
        OTHER.close();
    }

    @BeforeEach
    void noTickets() {
        AuthPostgres.sql("delete from carillon.ticket");
    }

    @Test
    void aTokenBuysATicketThatAnotherNodeTakes() {
        var answer = SERVER.post("/api/tickets", "", bearer(TestTokens.hs256(TestTokens.ana())));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).contains("\"kind\":\"once\"", "\"expiresAt\":");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        var tickets = OTHER.context().getBean(Tickets.class);
        assertThat(tickets.redeem(ticket(answer.body()), Tickets.Kind.ONCE))
                .isInstanceOfSatisfying(
                        Admission.Valid.class,
                        valid -> {
                            assertThat(valid.principal().tenant()).isEqualTo("acme");
                            assertThat(valid.principal().user()).isEqualTo("ana");
                        });
        assertThat(tickets.redeem(ticket(answer.body()), Tickets.Kind.ONCE))
                .isInstanceOf(Admission.Refused.class);
    }

    @Test
    void aStreamTicketIsAskedForByName() {
        var token = bearer(TestTokens.hs256(TestTokens.ana()));
        var answer = SERVER.post("/api/tickets", "{\"kind\":\"stream\"}", token);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(
                        OTHER.context()
                                .getBean(Tickets.class)
                                .redeem(ticket(answer.body()), Tickets.Kind.STREAM))
                .isInstanceOf(Admission.Valid.class);
        assertThat(SERVER.post("/api/tickets", "{}", token).statusCode()).isEqualTo(201);
        problem(SERVER.post("/api/tickets", "{\"kind\":\"for ever\"}", token), 400, "ticket_kind");
    }

    @Test
    void aTicketBuysNoTicket() {
        var first =
                SERVER.post("/api/tickets", "", bearer(TestTokens.hs256(TestTokens.ana()))).body();

        problem(SERVER.post("/api/tickets", "", bearer(ticket(first))), 401, "token_malformed");
        problem(SERVER.post("/api/tickets?ticket=" + ticket(first), ""), 401, "token_missing");
    }

    @Test
    void tooManyTicketsAreRefusedForAWhile() {
        var token = bearer(TestTokens.hs256(TestTokens.ana()));
        for (var index = 0; index < Tickets.MAX_PER_USER; index++) {
            SERVER.post("/api/tickets", "", token);
        }

        problem(SERVER.post("/api/tickets", "", token), 429, "tickets_exhausted");
    }

    @Test
    void noLogAtAnyLevelTellsATicketOrAToken() {
        var root = (Logger) LoggerFactory.getLogger("io.carillon");
        var security = (Logger) LoggerFactory.getLogger("io.micronaut.security");
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        var told = new ArrayList<String>();
        for (var logger : new Logger[] {root, security}) {
            logger.setLevel(Level.TRACE);
            logger.addAppender(seen);
        }
        try {
            var token = TestTokens.hs256(TestTokens.ana());
            told.add(token.substring(token.lastIndexOf('.')));
            var ticket = ticket(SERVER.post("/api/tickets", "", bearer(token)).body());
            told.add(ticket);
            var tickets = SERVER.context().getBean(Tickets.class);
            tickets.redeem(ticket, Tickets.Kind.ONCE);
            tickets.redeem(ticket, Tickets.Kind.ONCE);
        } finally {
            for (var logger : new Logger[] {root, security}) {
                logger.detachAppender(seen);
                logger.setLevel(null);
            }
        }
        assertThat(seen.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> told.stream().anyMatch(line::contains));
    }

    private static String ticket(String body) {
        var matcher = TICKET.matcher(body);
        assertThat(matcher.find()).as(body).isTrue();
        return matcher.group(1);
    }
}
