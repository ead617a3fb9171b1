package io.carillon.module.approvals;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Creations;
import io.carillon.module.Era;
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
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// REST for approvals.
@Controller("/api/approvals")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "approvals")
class ApprovalController {
    private final Approvals approvals;
    private final Creations creations;

    ApprovalController(Approvals approvals, Creations creations) {
        this.approvals = approvals;
        this.creations = creations;
    }

    /// @param title what is asked for
    /// @param expiresIn seconds from now, instead of `expires_at`
    @Serdeable
    @Schema(example = "{\"title\": \"Deploy the new bell\", \"expires_in\": 3600}")
    record Draft(
            @NotBlank @Size(max = 200) String title,
            @Nullable @Size(max = 4000) String details,
            @Nullable @Size(min = 1, max = 50) String kind,
            @JsonProperty("agent_id") @Nullable @Size(min = 1, max = 200) String agentId,
            @JsonProperty("decider_role") @Nullable @Size(min = 1, max = 200) String deciderRole,
            @JsonProperty("expires_at") @Nullable @Era Instant expiresAt,
            @JsonProperty("expires_in") @Nullable @Min(1) @Max(31_536_000) Integer expiresIn) {}

    /// What is absent stays as it is.
    @Serdeable
    @Schema(example = "{\"title\": \"Deploy the new bell tonight\"}")
    record Edit(
            @Nullable @Pattern(regexp = ".*\\S.*") @Size(max = 200) String title,
            @Nullable @Size(max = 4000) String details,
            @JsonProperty("expires_at") @Nullable @Era Instant expiresAt,
            @JsonProperty("expires_in") @Nullable @Min(1) @Max(31_536_000) Integer expiresIn) {}

    /// Why.
    @Serdeable
    @Schema(example = "{\"comment\": \"Sounds good.\"}")
    record Decision(@Nullable @Size(max = 1000) String comment) {}

    /// The tenant's approvals, newest first.
    @Get
    HttpResponse<Page<Approval>> list(
            Principal who,
            @QueryValue @Nullable @Pattern(regexp = "pending|approved|rejected|expired")
                    String status,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(approvals.page(who, status, after, limit));
    }

    /// One approval, with its version as `ETag`.
    @Get("/{id}")
    HttpResponse<Approval> one(Principal who, String id) {
        var reading = approvals.one(who, Ids.number(id, "approval"));
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    /// Ask for approval. `Idempotency-Key` makes a retry safe.
    @Post
    @Status(HttpStatus.CREATED)
    HttpResponse<Approval> create(HttpRequest<?> request, Writer who, @Valid @Body Draft draft) {
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        draft,
                        Approval.class,
                        made -> "/api/approvals/" + made.id(),
                        _ -> approvals.create(who, draft)));
    }

    /// Edit one that is pending. `If-Match` says which version was seen.
    @Patch("/{id}")
    HttpResponse<Approval> edit(
            HttpRequest<?> request, Principal user, Writer who, String id, @Valid @Body Edit edit) {
        return Answers.of(
                approvals.edit(
                        user, who, Ids.number(id, "approval"), Versioned.seen(request), edit));
    }

    /// Say yes.
    @Post("/{id}/approve")
    HttpResponse<Approval> approve(
            Principal user, Writer who, String id, @Valid @Body @Nullable Decision decision) {
        return decide(user, who, id, "approved", decision);
    }

    /// Say no.
    @Post("/{id}/reject")
    HttpResponse<Approval> reject(
            Principal user, Writer who, String id, @Valid @Body @Nullable Decision decision) {
        return decide(user, who, id, "rejected", decision);
    }

    /// Withdraw one that is pending.
    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    HttpResponse<?> withdraw(Principal user, Writer who, String id) {
        approvals.withdraw(user, who, Ids.number(id, "approval"));
        return HttpResponse.noContent();
    }

    private HttpResponse<Approval> decide(
            Principal user, Writer who, String id, String status, @Nullable Decision decision) {
        return Answers.of(
                approvals.decide(
                        user,
                        who,
                        Ids.number(id, "approval"),
                        status,
                        decision == null ? null : decision.comment()));
    }
}
