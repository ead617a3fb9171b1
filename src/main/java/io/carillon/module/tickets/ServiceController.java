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

/// REST for services: what people queue for.
@Controller("/api/queue/services")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "queue")
class ServiceController {
    private final QueueServices services;
    private final Creations creations;

    ServiceController(QueueServices services, Creations creations) {
        this.services = services;
        this.creations = creations;
    }

    /// @param prefix begins the tickets' codes
    @Serdeable
    @Schema(example = "{\"name\": \"Bell repairs\", \"prefix\": \"A\", \"handling_seconds\": 300}")
    record Draft(
            @NotBlank @Size(max = 200) String name,
            @NotNull @Pattern(regexp = "[A-Z0-9]{0,2}[A-Z]") String prefix,
            @Nullable @Pattern(regexp = "open|closed") String status,
            @JsonProperty("handling_seconds") @Nullable @Min(1) @Max(86_400)
                    Integer handlingSeconds) {}

    /// What is absent stays as it is.
    @Serdeable
    @Schema(example = "{\"status\": \"closed\"}")
    record Edit(
            @Nullable @Pattern(regexp = ".*\\S.*") @Size(max = 200) String name,
            @Nullable @Pattern(regexp = "[A-Z0-9]{0,2}[A-Z]") String prefix,
            @Nullable @Pattern(regexp = "open|closed") String status,
            @JsonProperty("handling_seconds") @Nullable @Min(1) @Max(86_400)
                    Integer handlingSeconds) {
        boolean onlyStatus() {
            return name == null && prefix == null && handlingSeconds == null;
        }
    }

    /// The tenant's services, oldest first.
    @Get
    @Operation(summary = "The tenant's services, oldest first.")
    HttpResponse<Page<QueueService>> list(
            Principal who,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(services.page(who, after, limit));
    }

    /// One service, with its version as `ETag`.
    @Get("/{id}")
    @Operation(summary = "One service, with its version as ETag.")
    HttpResponse<QueueService> one(Principal who, String id) {
        var reading = services.one(who, Ids.number(id, "queue_service"));
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    /// Make a service; for administrators.
    @Post
    @Operation(summary = "Make a service; for administrators.")
    @Status(HttpStatus.CREATED)
    HttpResponse<QueueService> create(
            HttpRequest<?> request, Principal user, Writer who, @Valid @Body Draft draft) {
        services.mayCreate(user);
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        draft,
                        QueueService.class,
                        made -> "/api/queue/services/" + made.id(),
                        _ -> services.create(who, draft)));
    }

    /// Edit one; `If-Match` says which version was seen. Operators may open and close.
    @Patch("/{id}")
    @Operation(
            summary = "Edit one; If-Match says which version was seen. Operators open and close.")
    HttpResponse<QueueService> edit(
            HttpRequest<?> request, Principal user, Writer who, String id, @Valid @Body Edit edit) {
        return Answers.of(
                services.edit(
                        user, who, Ids.number(id, "queue_service"), Versioned.seen(request), edit));
    }

    /// Delete one that no counter and no ticket names; else 409 `service_used`: close it.
    @Delete("/{id}")
    @Operation(
            summary =
                    "Delete one that no counter or ticket names; else 409 service_used: close it.")
    @Status(HttpStatus.NO_CONTENT)
    HttpResponse<?> delete(Principal user, Writer who, String id) {
        services.delete(user, who, Ids.number(id, "queue_service"));
        return HttpResponse.noContent();
    }
}
