package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Refused;
import io.carillon.module.Store;
import io.carillon.module.Versioned;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

/// REST for what a tenant wants of its queue.
@Controller("/api/queue/settings")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "queue")
class SettingController {
    private final Store store;
    private final SettingRows rows;
    private final Desk desk;

    SettingController(Store store, SettingRows rows, Desk desk) {
        this.store = store;
        this.rows = rows;
        this.desk = desk;
    }

    /// What is absent stays as it is.
    @Serdeable
    @Schema(example = "{\"public_screens\": true, \"time_zone\": \"America/Sao_Paulo\"}")
    record Edit(
            @JsonProperty("public_screens") @Nullable Boolean publicScreens,
            @JsonProperty("time_zone") @Nullable @Size(min = 1, max = 64) String timeZone) {}

    /// The tenant's settings, with their version as `ETag`.
    @Get
    @Operation(summary = "The tenant's settings, with their version as ETag.")
    HttpResponse<QueueSetting> read(Principal user) {
        var reading =
                store.read(
                        user,
                        _ ->
                                rows.of(user.tenant())
                                        .orElseGet(() -> QueueSetting.of(user.tenant())));
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    /// Edit them; for administrators. `If-Match` says which version was seen.
    @Patch
    @Operation(summary = "Edit them; for administrators. If-Match says which version was seen.")
    HttpResponse<QueueSetting> edit(
            HttpRequest<?> request, Principal user, Writer who, @Valid @Body Edit edit) {
        desk.administrator(user);
        var seen = Versioned.seen(request);
        QueueSetting edited = store.write(who, _ -> edit(user.tenant(), seen, edit));
        return Answers.of(edited);
    }

    private QueueSetting edit(String tenant, int seen, Edit edit) {
        if (edit.timeZone() != null && !rows.isZone(edit.timeZone())) {
            throw Refused.bad("time_zone", "name a time zone such as America/Sao_Paulo");
        }
        rows.begin(tenant);
        var row = rows.locked(tenant);
        if (row.version() != seen) {
            throw Refused.stale(row.version());
        }
        return rows.edit(tenant, edit.publicScreens(), edit.timeZone());
    }
}
