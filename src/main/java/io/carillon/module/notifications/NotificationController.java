package io.carillon.module.notifications;

import io.carillon.database.Reading;
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

/// REST for notifications.
@Controller("/api/notifications")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "notifications")
class NotificationController {
    private final Notifications notifications;
    private final Creations creations;

    NotificationController(Notifications notifications, Creations creations) {
        this.notifications = notifications;
        this.creations = creations;
    }

    /// @param target the user's id or the role; absent for the whole tenant
    @Serdeable
    @Schema(example = "{\"audience\": \"tenant\", \"title\": \"The bell is ready\"}")
    record Draft(
            @NotNull @Pattern(regexp = "user|role|tenant") String audience,
            @Nullable @Size(min = 1, max = 100) String target,
            @NotBlank @Size(max = 200) String title,
            @Nullable @Size(max = 4000) String body,
            @Nullable @Size(min = 1, max = 50) String kind,
            @Nullable @Size(max = 1000) String link) {}

    /// @param unread how many, 10,000 at most
    @Serdeable
    record Badge(int unread) {}

    /// @param marked how many this request marked; what was read already is not counted
    @Serdeable
    record Marked(int marked) {}

    /// What the user may see, newest first, each with the user's own read mark.
    @Get
    HttpResponse<Page<Notification>> list(
            Principal who,
            @QueryValue(defaultValue = "false") boolean unread,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(notifications.page(who, unread, after, limit));
    }

    /// How many are unread. Follow from its cursor: one more for each `notification.new`, one less
    /// for each id of `notification.read`.
    @Get("/unread")
    HttpResponse<Badge> unread(Principal who) {
        var reading = notifications.unread(who);
        return Answers.of(new Reading<>(new Badge(reading.value()), reading.cursor()));
    }

    /// Notify a user, a role or the tenant. `Idempotency-Key` makes a retry safe.
    @Post
    @Status(HttpStatus.CREATED)
    HttpResponse<Notification> send(
            HttpRequest<?> request, Principal user, Writer who, @Valid @Body Draft draft) {
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        draft,
                        Notification.class,
                        _ -> "/api/notifications",
                        _ -> notifications.send(user, draft)));
    }

    /// Mark one as read.
    @Post("/{id}/read")
    HttpResponse<Marked> readOne(Principal user, Writer who, String id) {
        return HttpResponse.ok(
                new Marked(notifications.readOne(user, who, Ids.number(id, "notification"))));
    }

    /// Mark everything as read.
    @Post("/read")
    HttpResponse<Marked> readAll(Principal user, Writer who) {
        return HttpResponse.ok(new Marked(notifications.readAll(user, who)));
    }
}
