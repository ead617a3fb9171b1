package io.carillon.module.chat;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Creations;
import io.carillon.module.Ids;
import io.carillon.module.Page;
import io.carillon.module.Versioned;
import io.micronaut.http.HttpHeaders;
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
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// REST for conversations, receipts and typing.
@Controller("/api/conversations")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "chat")
class ConversationController {
    private final Conversations conversations;
    private final Receipts receipts;
    private final Creations creations;

    ConversationController(Conversations conversations, Receipts receipts, Creations creations) {
        this.conversations = conversations;
        this.receipts = receipts;
        this.creations = creations;
    }

    /// @param members besides whoever creates it, who owns it
    @Serdeable
    @Schema(
            example =
                    "{\"title\": \"Bells\", \"members\": [{\"user\": \"ben\", \"name\": \"Ben\"}]}")
    record Draft(
            @NotBlank @Size(max = 200) String title,
            @Nullable @Size(max = 1000) List<MemberController.@Valid @NotNull Draft> members) {}

    /// @param title the new one
    @Serdeable
    @Schema(example = "{\"title\": \"Bells and ropes\"}")
    record Edit(@NotBlank @Size(max = 200) String title) {}

    /// @param position of the last message that is meant; absent for all there are
    @Serdeable
    @Schema(example = "{\"position\": 12}")
    record UpTo(@Nullable @Min(0) Integer position) {}

    /// @param on whether the user is writing
    @Serdeable
    @Schema(example = "{\"on\": true}")
    record Typing(@NotNull Boolean on) {}

    /// @param unread messages, over all conversations
    @Serdeable
    record Badge(long unread) {}

    /// @param conversations in how many there was something
    @Serdeable
    record Delivered(long conversations) {}

    /// The user's conversations, as they stand for the user; the last active first.
    @Get
    HttpResponse<Page<Conversation>> list(
            Principal who,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(conversations.page(who, after, limit));
    }

    /// How many messages are unread, over all conversations.
    @Get("/unread")
    HttpResponse<Badge> unread(Principal who) {
        var reading = conversations.unread(who);
        return Answers.of(new Reading<>(new Badge(reading.value()), reading.cursor()));
    }

    /// One conversation, with its version as `ETag`.
    @Get("/{id}")
    HttpResponse<Conversation> one(Principal who, String id) {
        var reading = conversations.one(who, number(id));
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    /// Begin a conversation. `Idempotency-Key` makes a retry safe.
    @Post
    @Status(HttpStatus.CREATED)
    HttpResponse<Conversation> create(
            HttpRequest<?> request, Principal user, Writer who, @Valid @Body Draft draft) {
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        draft,
                        Conversation.class,
                        made -> "/api/conversations/" + made.id(),
                        _ -> conversations.create(user, draft)));
    }

    /// Give it another title; for its owners. `If-Match`, if there is one, says which version was
    /// seen.
    @Patch("/{id}")
    HttpResponse<Conversation> rename(
            HttpRequest<?> request, Principal user, Writer who, String id, @Valid @Body Edit edit) {
        var seen =
                request.getHeaders().contains(HttpHeaders.IF_MATCH)
                        ? Versioned.seen(request)
                        : null;
        return Answers.of(conversations.rename(user, who, number(id), seen, edit.title()));
    }

    /// Delete it with all that was written; for its owners.
    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    HttpResponse<?> delete(Principal user, Writer who, String id) {
        conversations.delete(user, who, number(id));
        return HttpResponse.noContent();
    }

    /// The user has read up to a position, on all devices.
    @Post("/{id}/read")
    HttpResponse<Conversation> read(
            Principal user, Writer who, String id, @Valid @Body @Nullable UpTo upTo) {
        return Answers.of(receipts.read(user, who, number(id), position(upTo)));
    }

    /// What is up to a position has reached a device of the user.
    @Post("/{id}/delivered")
    HttpResponse<Conversation> delivered(
            Principal user, Writer who, String id, @Valid @Body @Nullable UpTo upTo) {
        return Answers.of(receipts.delivered(user, who, number(id), position(upTo)));
    }

    /// Everything in all conversations has reached a device of the user.
    @Post("/delivered")
    HttpResponse<Delivered> deliveredAll(Principal user, Writer who) {
        return HttpResponse.ok(new Delivered(receipts.deliveredAll(user, who)));
    }

    /// The user is writing, or has stopped. Say it again every few seconds while it goes on: it
    /// ends by itself.
    @Post("/{id}/typing")
    @Status(HttpStatus.NO_CONTENT)
    HttpResponse<?> typing(Principal user, Writer who, String id, @Valid @Body Typing typing) {
        receipts.typing(user, who, number(id), typing.on());
        return HttpResponse.noContent();
    }

    private static @Nullable Integer position(@Nullable UpTo upTo) {
        return upTo == null ? null : upTo.position();
    }

    static long number(String id) {
        return Ids.number(id, "conversation");
    }
}
