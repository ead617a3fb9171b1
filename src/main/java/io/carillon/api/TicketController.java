package io.carillon.api;

import io.carillon.auth.Refusal;
import io.carillon.auth.Tickets;
import io.carillon.identity.Principal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// `POST /api/tickets`: a ticket for whoever brought a token in the `Authorization` header.
@Controller("/api/tickets")
@ExecuteOn(TaskExecutors.BLOCKING)
final class TicketController {
    private final Tickets tickets;

    TicketController(Tickets tickets) {
        this.tickets = tickets;
    }

    /// @param kind `once` (the default) or `stream`
    @Serdeable
    record Wanted(@Nullable String kind) {}

    /// @param ticket told this once
    /// @param kind `once` or `stream`
    /// @param expiresAt by the database's clock
    @Serdeable
    record Issued(String ticket, String kind, Instant expiresAt) {}

    @Post
    HttpResponse<?> issue(Principal principal, @Body @Nullable Wanted wanted) {
        var word =
                wanted == null || wanted.kind() == null ? Tickets.Kind.ONCE.word() : wanted.kind();
        var kind = Tickets.Kind.of(word);
        if (kind == null) {
            return Problem.answer(
                    HttpStatus.BAD_REQUEST, "ticket_kind", "kind is once (the default) or stream");
        }
        return switch (tickets.issue(principal, kind)) {
            case Tickets.Issue.Issued(var ticket, var expiresAt) ->
                    HttpResponse.created(new Issued(ticket, kind.word(), expiresAt))
                            .header(HttpHeaders.CACHE_CONTROL, "no-store");
            case Tickets.Issue.Denied(var code, var message) ->
                    Problem.answer(status(code), code.code(), message)
                            .header(HttpHeaders.RETRY_AFTER, "5");
        };
    }

    private static HttpStatus status(Refusal code) {
        return code == Refusal.TICKETS_EXHAUSTED
                ? HttpStatus.TOO_MANY_REQUESTS
                : HttpStatus.SERVICE_UNAVAILABLE;
    }
}
