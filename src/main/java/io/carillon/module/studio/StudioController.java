package io.carillon.module.studio;

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
import io.micronaut.http.annotation.Put;
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

import java.time.Instant;

/// REST for studios, their sessions, tracks, listeners and events.
@Controller("/api/studios")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "studio")
class StudioController {
    private static final String PATH = "/api/studios/";
    private static final String SESSION = "session";

    private final Studios studios;
    private final Sessions sessions;
    private final Creations creations;

    StudioController(Studios studios, Sessions sessions, Creations creations) {
        this.studios = studios;
        this.sessions = sessions;
        this.creations = creations;
    }

    /// @param id letters, digits, `.`, `_`, `-`: probes name it
    @Serdeable
    @Schema(example = "{\"id\": \"tower\", \"name\": \"Tower studio\"}")
    record Draft(
            @NotNull @Pattern(regexp = "[A-Za-z0-9._-]{1,100}") String id,
            @NotBlank @Size(max = 200) String name) {}

    /// Another name.
    @Serdeable
    @Schema(example = "{\"name\": \"The tower\"}")
    record Name(@NotBlank @Size(max = 200) String name) {}

    /// How many listen now.
    @Serdeable
    @Schema(example = "{\"listeners\": 12}")
    record Listeners(@Min(0) @Max(1_000_000_000) int listeners) {}

    /// @param at when it began; now unless said
    @Serdeable
    @Schema(example = "{\"title\": \"Westminster quarters\", \"artist\": null}")
    record Track(
            @NotBlank @Size(max = 200) String title,
            @Nullable @Size(max = 200) String artist,
            @Nullable @Era Instant at) {}

    /// What a session is called.
    @Serdeable
    @Schema(example = "{\"title\": \"Morning bells\"}")
    record Title(@NotBlank @Size(max = 200) String title) {}

    @Get
    @Operation(summary = "The tenant's studios, by id.")
    HttpResponse<Page<Studio>> list(
            Principal who,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(studios.page(who, after, limit));
    }

    @Get("/{id}")
    @Operation(summary = "One studio, with its version as ETag.")
    HttpResponse<Studio> one(Principal who, String id) {
        var reading = studios.one(who, id);
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    @Post
    @Status(HttpStatus.CREATED)
    @Operation(summary = "Make a studio.")
    HttpResponse<Studio> create(
            HttpRequest<?> request, Principal user, Writer who, @Valid @Body Draft draft) {
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        draft,
                        Studio.class,
                        made -> PATH + made.id(),
                        _ -> studios.create(user, draft)));
    }

    @Patch("/{id}")
    @Operation(summary = "Give it another name. If-Match says which version was seen.")
    HttpResponse<Studio> rename(
            HttpRequest<?> request, Principal user, Writer who, String id, @Valid @Body Name name) {
        return Answers.of(studios.rename(user, who, id, Versioned.seen(request), name.name()));
    }

    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove a studio with its sessions and events.")
    HttpResponse<?> remove(Principal user, Writer who, String id) {
        studios.remove(user, who, id);
        return HttpResponse.noContent();
    }

    @Get("/{id}/status")
    @Operation(summary = "How it stands, as status.update tells it.")
    HttpResponse<StudioStatus> status(Principal who, String id) {
        return Answers.of(studios.status(who, id));
    }

    @Put("/{id}/listeners")
    @Operation(summary = "Report how many listen; told with the next status.")
    HttpResponse<StudioStatus> listeners(
            Principal user, Writer who, String id, @Valid @Body Listeners listeners) {
        return HttpResponse.ok(studios.listeners(user, who, id, listeners.listeners()));
    }

    @Post("/{id}/tracks")
    @Status(HttpStatus.CREATED)
    @Operation(summary = "Report that another track began; answers with its event.")
    HttpResponse<StudioEvent> track(
            HttpRequest<?> request,
            Principal user,
            Writer who,
            String id,
            @Valid @Body Track track) {
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        track,
                        StudioEvent.class,
                        _ -> PATH + id + "/events",
                        connection -> studios.track(connection, user, id, track)));
    }

    @Get("/{id}/events")
    @Operation(summary = "What was detected and what happened, newest first.")
    HttpResponse<Page<StudioEvent>> events(
            Principal who,
            String id,
            @QueryValue
                    @Nullable
                    @Pattern(
                            regexp =
                                    "silence|clipping|session\\.started|session\\.stopped"
                                            + "|track\\.change|audio\\.level")
                    String type,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(studios.events(who, id, type, after, limit));
    }

    @Get("/{id}/sessions")
    @Operation(summary = "The studio's sessions, newest first.")
    HttpResponse<Page<StudioSession>> sessions(
            Principal who,
            String id,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(sessions.page(who, id, after, limit));
    }

    @Get("/{id}/sessions/{session}")
    @Operation(summary = "One session, with its version as ETag.")
    HttpResponse<StudioSession> session(Principal who, String id, String session) {
        var reading = sessions.one(who, id, Ids.number(session, SESSION));
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    @Post("/{id}/sessions")
    @Status(HttpStatus.CREATED)
    @Operation(summary = "Start a session; 409 session_active while there is one.")
    HttpResponse<StudioSession> start(
            HttpRequest<?> request,
            Principal user,
            Writer who,
            String id,
            @Valid @Body Title title) {
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        title,
                        StudioSession.class,
                        made -> PATH + id + "/sessions/" + made.id(),
                        connection -> sessions.start(connection, user, id, title.title())));
    }

    @Patch("/{id}/sessions/{session}")
    @Operation(summary = "Give a session another title. If-Match says which version was seen.")
    HttpResponse<StudioSession> entitle(
            HttpRequest<?> request,
            Principal user,
            Writer who,
            String id,
            String session,
            @Valid @Body Title title) {
        var number = Ids.number(session, SESSION);
        var seen = Versioned.seen(request);
        return Answers.of(sessions.rename(user, who, id, number, seen, title.title()));
    }

    @Post("/{id}/sessions/{session}/stop")
    @Operation(summary = "Stop a session; 409 session_stopped when it is over already.")
    HttpResponse<StudioSession> stop(Principal user, Writer who, String id, String session) {
        return Answers.of(sessions.stop(user, who, id, Ids.number(session, SESSION)));
    }
}
