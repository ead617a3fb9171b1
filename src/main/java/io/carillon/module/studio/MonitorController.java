package io.carillon.module.studio;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Page;
import io.carillon.module.Versioned;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
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

import org.jspecify.annotations.Nullable;

/// REST for what all studios of a tenant have together: how they stand, what counts, and the way in
/// for samples.
@Controller("/api/studio")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "studio")
class MonitorController {
    private final Studios studios;
    private final Feed feed;

    MonitorController(Studios studios, Feed feed) {
        this.studios = studios;
        this.feed = feed;
    }

    /// What is absent stays as it is.
    @Serdeable
    @Schema(example = "{\"silence_below\": -45, \"silence_after_ms\": 8000}")
    record Edit(
            @JsonProperty("silence_below") @Nullable @Min(-120) @Max(0) Double silenceBelow,
            @JsonProperty("silence_hysteresis") @Nullable @Min(0) @Max(40) Double silenceHysteresis,
            @JsonProperty("silence_after_ms") @Nullable @Min(0) @Max(600_000)
                    Integer silenceAfterMs,
            @JsonProperty("silence_back_ms") @Nullable @Min(0) @Max(600_000) Integer silenceBackMs,
            @JsonProperty("clip_samples") @Nullable @Min(1) @Max(1_000_000) Integer clipSamples,
            @JsonProperty("clip_after_ms") @Nullable @Min(0) @Max(600_000) Integer clipAfterMs,
            @JsonProperty("clip_back_ms") @Nullable @Min(0) @Max(600_000) Integer clipBackMs,
            @JsonProperty("level_change") @Nullable @Min(1) @Max(60) Double levelChange,
            @JsonProperty("level_after_ms") @Nullable @Min(0) @Max(600_000) Integer levelAfterMs,
            @JsonProperty("probe_timeout_ms") @Nullable @Min(500) @Max(600_000)
                    Integer probeTimeoutMs,
            @JsonProperty("auto_session") @Nullable Boolean autoSession) {}

    @Get("/status")
    @Operation(summary = "How all studios stand, by id; for pages that cannot follow live.")
    HttpResponse<Page<StudioStatus>> status(
            Principal who,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(studios.statuses(who, after, limit));
    }

    @Get("/settings")
    @Operation(summary = "What counts as silence, clipping and another level; ETag is the version.")
    HttpResponse<Thresholds> settings(Principal who) {
        var reading = studios.settings(who);
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    @Patch("/settings")
    @Operation(summary = "Let something else count. If-Match says which version was seen.")
    HttpResponse<Thresholds> edit(
            HttpRequest<?> request, Principal user, Writer who, @Valid @Body Edit edit) {
        return Answers.of(studios.edit(user, who, Versioned.seen(request), edit));
    }

    @Post("/samples")
    @Operation(summary = "Samples of a probe. Sent again, a batch counts once.")
    HttpResponse<Receipt> samples(Principal user, Writer who, @Body Batch batch) {
        return HttpResponse.ok(feed.take(user, who, batch));
    }
}
