package io.carillon.module.tickets;

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
import io.micronaut.http.annotation.Delete;
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
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

/// REST for screens: who is paired, approve, revoke.
@Controller("/api/queue/screens")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "queue")
class ScreenController {
    private final Pairings pairings;
    private final Creations creations;

    ScreenController(Pairings pairings, Creations creations) {
        this.pairings = pairings;
        this.creations = creations;
    }

    /// @param code that the screen shows
    /// @param name what it is to be called; as it calls itself unless said
    @Serdeable
    @Schema(example = "{\"code\": \"K7MQ2X\", \"name\": \"Totem at the door\"}")
    record Approval(
            @NotBlank @Size(max = 20) String code, @Nullable @Size(max = 200) String name) {}

    /// The tenant's screens, newest first; for operators.
    @Get
    @Operation(summary = "The tenant's screens, newest first; for operators.")
    HttpResponse<Page<QueueScreen>> list(
            Principal user,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(pairings.page(user, after, limit));
    }

    /// One screen.
    @Get("/{id}")
    @Operation(summary = "One screen.")
    HttpResponse<QueueScreen> one(Principal user, String id) {
        return Answers.of(pairings.one(user, Ids.number(id, "queue_screen")));
    }

    /// Approve the code that a screen shows; for administrators.
    @Post
    @Status(HttpStatus.CREATED)
    @Operation(summary = "Approve the code that a screen shows; for administrators.")
    HttpResponse<QueueScreen> approve(
            HttpRequest<?> request, Principal user, Writer who, @Valid @Body Approval approval) {
        pairings.mayApprove(user);
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        approval,
                        QueueScreen.class,
                        made -> "/api/queue/screens/" + made.id(),
                        connection ->
                                pairings.approve(
                                        connection, who, approval.code(), approval.name())));
    }

    /// Revoke a screen: its key is worthless, and it is closed within a second.
    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    @Operation(summary = "Revoke a screen: its key is worthless, it is closed within a second.")
    HttpResponse<?> revoke(Principal user, Writer who, String id) {
        pairings.revoke(user, who, Ids.number(id, "queue_screen"));
        return HttpResponse.noContent();
    }
}
