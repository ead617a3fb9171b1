package io.carillon.module.agents;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Creations;
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

import java.util.Map;

/// REST for agents.
@Controller("/api/agents")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "agents")
class AgentController {
    private static final String PATH = "/api/agents/";

    private final Agents agents;
    private final Creations creations;

    AgentController(Agents agents, Creations creations) {
        this.agents = agents;
        this.creations = creations;
    }

    /// @param id letters, digits, `.`, `_`, `-`: it is part of addresses
    @Serdeable
    @Schema(example = "{\"id\": \"ringer\", \"name\": \"The ringer\", \"silent_after\": 60}")
    record Draft(
            @NotNull @Pattern(regexp = "[A-Za-z0-9._-]{1,100}") String id,
            @NotBlank @Size(max = 200) String name,
            @Nullable @Size(min = 1, max = 50) String kind,
            @JsonProperty("silent_after") @Nullable @Min(1) @Max(86_400) Integer silentAfter) {}

    /// What is absent stays as it is.
    @Serdeable
    @Schema(example = "{\"name\": \"The ringer of the tower\"}")
    record Edit(
            @Nullable @Pattern(regexp = ".*\\S.*") @Size(max = 200) String name,
            @Nullable @Size(min = 1, max = 50) String kind,
            @JsonProperty("silent_after") @Nullable @Min(1) @Max(86_400) Integer silentAfter) {}

    /// A sign of life, with or without a status.
    @Serdeable
    @Schema(example = "{\"status\": \"busy\"}")
    record Heartbeat(@Nullable @Pattern(regexp = "online|busy|idle|error|offline") String status) {}

    /// What an agent says.
    @Serdeable
    @Schema(example = "{\"text\": \"The bell is warm.\", \"level\": \"info\"}")
    record Saying(
            @NotBlank @Size(max = 4000) String text,
            @Nullable @Pattern(regexp = "debug|info|warning|error") String level) {}

    /// What an agent tells of its work.
    @Serdeable
    @Schema(example = "{\"type\": \"ai.task.completed\", \"data\": {\"task\": \"12\"}}")
    record Work(
            @NotNull @Pattern(regexp = "ai\\.[a-z0-9_.]{1,80}") String type,
            @NotNull Map<String, @Nullable Object> data) {}

    @Get
    @Operation(summary = "The tenant's agents, by id.")
    HttpResponse<Page<Agent>> list(
            Principal who,
            @QueryValue @Nullable @Pattern(regexp = "online|busy|idle|error|offline") String status,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(agents.page(who, status, after, limit));
    }

    @Get("/{id}")
    @Operation(summary = "One agent, with its version as ETag.")
    HttpResponse<Agent> one(Principal who, String id) {
        var reading = agents.one(who, id);
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    @Post
    @Status(HttpStatus.CREATED)
    @Operation(summary = "Register an agent.")
    HttpResponse<Agent> register(
            HttpRequest<?> request, Principal user, Writer who, @Valid @Body Draft draft) {
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        draft,
                        Agent.class,
                        made -> PATH + made.id(),
                        _ -> agents.register(user, draft)));
    }

    @Patch("/{id}")
    @Operation(summary = "Edit an agent; If-Match says which version was seen.")
    HttpResponse<Agent> edit(
            HttpRequest<?> request, Principal user, Writer who, String id, @Valid @Body Edit edit) {
        return Answers.of(agents.edit(user, who, id, Versioned.seen(request), edit));
    }

    @Post("/{id}/heartbeat")
    @Operation(summary = "A sign of life; with a status, the agent's new one.")
    HttpResponse<Agent> seen(
            Principal user, Writer who, String id, @Valid @Body @Nullable Heartbeat heartbeat) {
        return Answers.of(
                agents.seen(user, who, id, heartbeat == null ? null : heartbeat.status()));
    }

    @Get("/{id}/messages")
    @Operation(summary = "What an agent said, newest first.")
    HttpResponse<Page<AgentMessage>> said(
            Principal who,
            String id,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(agents.said(who, id, after, limit));
    }

    @Post("/{id}/messages")
    @Status(HttpStatus.CREATED)
    @Operation(summary = "An agent says something.")
    HttpResponse<AgentMessage> say(
            HttpRequest<?> request,
            Principal user,
            Writer who,
            String id,
            @Valid @Body Saying saying) {
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        saying,
                        AgentMessage.class,
                        _ -> PATH + id + "/messages",
                        _ -> agents.say(user, id, saying)));
    }

    @Post("/{id}/events")
    @Status(HttpStatus.CREATED)
    @Operation(summary = "An agent tells of its work: an event of a type that begins with ai.")
    HttpResponse<Work> tell(
            HttpRequest<?> request, Principal user, Writer who, String id, @Valid @Body Work work) {
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        work,
                        Work.class,
                        _ -> PATH + id,
                        connection -> agents.tell(connection, user, who, id, work)));
    }

    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove an agent and what it said.")
    HttpResponse<?> remove(Principal user, Writer who, String id) {
        agents.remove(user, who, id);
        return HttpResponse.noContent();
    }
}
