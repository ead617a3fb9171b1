package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Creations;
import io.carillon.module.Ids;
import io.carillon.module.Page;
import io.carillon.module.Versioned;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
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
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// REST for counters: where people are served.
@Controller("/api/queue/counters")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "queue")
class CounterController {
    private final QueueCounters counters;
    private final Creations creations;

    CounterController(QueueCounters counters, Creations creations) {
        this.counters = counters;
        this.creations = creations;
    }

    /// @param serviceIds which services it serves; none for all
    /// @param operator the user who sits there
    @Serdeable
    @Schema(example = "{\"name\": \"Desk 2\"}")
    record Draft(
            @NotBlank @Size(max = 200) String name,
            @JsonProperty("service_ids") @Nullable @Size(max = 100)
                    List<@NotNull String> serviceIds,
            @Nullable @Size(max = 200) String operator,
            @Nullable @Pattern(regexp = "open|closed") String status) {}

    /// What is absent stays as it is; an empty operator is nobody.
    @Serdeable
    @Schema(example = "{\"operator\": \"ana\"}")
    record Edit(
            @Nullable @Pattern(regexp = ".*\\S.*") @Size(max = 200) String name,
            @JsonProperty("service_ids") @Nullable @Size(max = 100)
                    List<@NotNull String> serviceIds,
            @Nullable @Size(max = 200) String operator,
            @Nullable @Pattern(regexp = "open|closed") String status) {}

    /// The tenant's counters, oldest first; for operators.
    @Get
    @Operation(summary = "The tenant's counters, oldest first; for operators.")
    HttpResponse<Page<QueueCounter>> list(
            Principal who,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(counters.page(who, after, limit));
    }

    /// One counter, with its version as `ETag`.
    @Get("/{id}")
    @Operation(summary = "One counter, with its version as ETag.")
    HttpResponse<QueueCounter> one(Principal who, String id) {
        var reading = counters.one(who, Ids.number(id, "queue_counter"));
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    /// Make a counter; for administrators.
    @Post
    @Operation(summary = "Make a counter; for administrators.")
    @Status(HttpStatus.CREATED)
    HttpResponse<QueueCounter> create(
            HttpRequest<?> request, Principal user, Writer who, @Valid @Body Draft draft) {
        counters.mayCreate(user);
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        draft,
                        QueueCounter.class,
                        made -> "/api/queue/counters/" + made.id(),
                        _ -> counters.create(who, draft)));
    }

    /// Edit one; `If-Match` says which version was seen.
    @Patch("/{id}")
    @Operation(summary = "Edit one; If-Match says which version was seen.")
    HttpResponse<QueueCounter> edit(
            HttpRequest<?> request, Principal user, Writer who, String id, @Valid @Body Edit edit) {
        return Answers.of(
                counters.edit(
                        user, who, Ids.number(id, "queue_counter"), Versioned.seen(request), edit));
    }

    /// Call whoever is next: by priority, then by age.
    @Post("/{id}/next")
    @Operation(summary = "Call whoever is next: by priority, then by age.")
    HttpResponse<QueueTicket> callNext(Principal user, Writer who, String id) {
        return Answers.of(counters.callNext(user, who, Ids.number(id, "queue_counter")));
    }

    /// Delete one that no ticket names; else 409 `counter_used`: close it.
    @Delete("/{id}")
    @Operation(summary = "Delete one that no ticket names; else 409 counter_used: close it.")
    @Status(HttpStatus.NO_CONTENT)
    HttpResponse<?> delete(Principal user, Writer who, String id) {
        counters.delete(user, who, Ids.number(id, "queue_counter"));
        return HttpResponse.noContent();
    }
}
