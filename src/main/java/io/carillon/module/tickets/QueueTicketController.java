package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.api.WriterBinder;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Creations;
import io.carillon.module.Ids;
import io.carillon.module.Page;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

/// REST for tickets. Taking one, and seeing it, is for screens with a device key too.
@Controller("/api/queue/tickets")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "queue")
class QueueTicketController {
    private static final String STATES = "in_queue|called|in_progress|completed|no_show|cancelled";

    private final QueueTickets tickets;
    private final Callers callers;
    private final Creations creations;

    QueueTicketController(QueueTickets tickets, Callers callers, Creations creations) {
        this.tickets = tickets;
        this.callers = callers;
        this.creations = creations;
    }

    /// @param customerName for operators' eyes only
    /// @param priority 0 unless an operator says otherwise
    @Serdeable
    @Schema(example = "{\"service_id\": \"1\", \"customer_name\": \"Maria\"}")
    record Draft(
            @JsonProperty("service_id") @NotNull @Pattern(regexp = "[0-9]{1,18}") String serviceId,
            @JsonProperty("customer_name") @Nullable @Size(max = 200) String customerName,
            @Nullable @Min(0) @Max(9) Integer priority) {}

    /// @param serviceId whose queue it goes to
    /// @param priority as it is unless said
    @Serdeable
    @Schema(example = "{\"service_id\": \"2\"}")
    record Transfer(
            @JsonProperty("service_id") @NotNull @Pattern(regexp = "[0-9]{1,18}") String serviceId,
            @Nullable @Min(0) @Max(9) Integer priority) {}

    /// The tenant's tickets, newest first; names for operators only.
    @Get
    @Operation(summary = "The tenant's tickets, newest first; names for operators only.")
    HttpResponse<Page<QueueTicket>> list(
            Principal who,
            @QueryValue @Nullable @Pattern(regexp = STATES) String status,
            @QueryValue("service") @Nullable @Pattern(regexp = "[0-9]{1,18}") String service,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(
                tickets.page(
                        who, status, service == null ? null : Long.valueOf(service), after, limit));
    }

    /// One ticket.
    @Get("/{id}")
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Operation(summary = "One ticket; names for operators only. Also with a device key.")
    HttpResponse<QueueTicket> one(HttpRequest<?> request, String id) {
        var reading = tickets.one(callers.of(request), Ids.number(id, "queue_ticket"));
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    /// Where it stands in the queue.
    @Get("/{id}/place")
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Operation(summary = "Its place in the queue and the estimated wait. Also with a device key.")
    HttpResponse<QueueTickets.Place> place(HttpRequest<?> request, String id) {
        return Answers.of(tickets.place(callers.of(request), Ids.number(id, "queue_ticket")));
    }

    /// Take a ticket. `Idempotency-Key` makes a retry safe.
    @Post
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Operation(
            summary = "Take a ticket. Idempotency-Key makes a retry safe. Also with a device key.")
    @Status(HttpStatus.CREATED)
    HttpResponse<QueueTicket> take(HttpRequest<?> request, @Valid @Body Draft draft) {
        var caller = callers.of(request);
        var priority = draft.priority() == null ? 0 : draft.priority();
        tickets.mayTake(caller, priority);
        return creations.create(
                request,
                WriterBinder.writer(caller.principal(), request),
                new Creations.Creation<>(
                        draft,
                        QueueTicket.class,
                        made -> "/api/queue/tickets/" + made.id(),
                        _ ->
                                tickets.take(
                                        caller,
                                        Long.parseLong(draft.serviceId()),
                                        priority,
                                        draft.customerName())));
    }

    /// Call it once more.
    @Post("/{id}/recall")
    @Operation(summary = "Call it once more.")
    HttpResponse<QueueTicket> recall(Principal user, Writer who, String id) {
        return Answers.of(tickets.recall(user, who, number(id)));
    }

    /// Begin to serve it.
    @Post("/{id}/start")
    @Operation(summary = "Begin to serve it: called becomes in_progress.")
    HttpResponse<QueueTicket> start(Principal user, Writer who, String id) {
        return Answers.of(tickets.start(user, who, number(id)));
    }

    /// It has been served.
    @Post("/{id}/finish")
    @Operation(summary = "It has been served: in_progress becomes completed.")
    HttpResponse<QueueTicket> finish(Principal user, Writer who, String id) {
        return Answers.of(tickets.finish(user, who, number(id)));
    }

    /// Nobody came.
    @Post("/{id}/no-show")
    @Operation(summary = "Nobody came: called becomes no_show.")
    HttpResponse<QueueTicket> noShow(Principal user, Writer who, String id) {
        return Answers.of(tickets.noShow(user, who, number(id)));
    }

    /// It is not wanted any more.
    @Post("/{id}/cancel")
    @Operation(summary = "It is not wanted any more; by operators, or by who took it.")
    HttpResponse<QueueTicket> cancel(Principal user, Writer who, String id) {
        return Answers.of(tickets.cancel(user, who, number(id)));
    }

    /// To another service's queue; it keeps its code and its age.
    @Post("/{id}/transfer")
    @Operation(summary = "To another service's queue; it keeps its code and its age.")
    HttpResponse<QueueTicket> transfer(
            Principal user, Writer who, String id, @Valid @Body Transfer to) {
        return Answers.of(
                tickets.transfer(
                        user, who, number(id), Long.parseLong(to.serviceId()), to.priority()));
    }

    private static long number(String id) {
        return Ids.number(id, "queue_ticket");
    }
}
