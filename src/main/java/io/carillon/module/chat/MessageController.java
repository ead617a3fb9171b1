package io.carillon.module.chat;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Creations;
import io.carillon.module.Page;
import io.carillon.module.Refused;
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

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/// REST for a conversation's messages.
@Controller("/api/conversations/{id}/messages")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "chat")
class MessageController {
    private static final String UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    private final Messages messages;
    private final Creations creations;

    MessageController(Messages messages, Creations creations) {
        this.messages = messages;
        this.creations = creations;
    }

    /// @param id a new UUID of the client's own, the same with each try; made here if absent
    @Serdeable
    @Schema(example = "{\"id\": \"6f1c9d1e-0b77-4c5e-9d1b-000000000001\", \"text\": \"Hello\"}")
    record Draft(
            @Nullable @Pattern(regexp = UUID) String id, @NotBlank @Size(max = 4000) String text) {}

    /// @param text instead of what is there
    @Serdeable
    @Schema(example = "{\"text\": \"Hello, all\"}")
    record Edit(@NotBlank @Size(max = 4000) String text) {}

    /// The history, newest first; with `since`, what came after that position, oldest first.
    @Get
    HttpResponse<Page<Message>> list(
            Principal who,
            String id,
            @QueryValue @Nullable String after,
            @QueryValue @Nullable @Min(0) Integer since,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        var conversation = ConversationController.number(id);
        return Answers.of(
                since == null
                        ? messages.page(who, conversation, after, limit)
                        : messages.since(who, conversation, after, since, limit));
    }

    /// One message, with its version as `ETag`.
    @Get("/{message}")
    HttpResponse<Message> one(Principal who, String id, String message) {
        var reading = messages.one(who, ConversationController.number(id), uuid(message));
        return Answers.versioned(Answers.of(reading), reading.value());
    }

    /// Write. A send that is tried again with the same `id` is the same message, whatever became of
    /// the first answer; another text with it is refused (409 `message_differs`).
    @Post
    @Status(HttpStatus.CREATED)
    HttpResponse<Message> send(
            HttpRequest<?> request,
            Principal user,
            Writer who,
            String id,
            @Valid @Body Draft draft) {
        var conversation = ConversationController.number(id);
        var again = new AtomicBoolean();
        var answer =
                creations.create(
                        request,
                        who,
                        new Creations.Creation<>(
                                draft,
                                Message.class,
                                made -> "/api/conversations/" + id + "/messages/" + made.id(),
                                _ -> {
                                    var sent =
                                            messages.send(
                                                    user, conversation, draft.id(), draft.text());
                                    again.set(sent.again());
                                    return sent.message();
                                }));
        return again.get() ? answer.header(Creations.REPLAYED, "true") : answer;
    }

    /// Change one's own message. `If-Match` says which version was seen.
    @Patch("/{message}")
    HttpResponse<Message> edit(
            HttpRequest<?> request,
            Principal user,
            Writer who,
            String id,
            String message,
            @Valid @Body Edit edit) {
        return Answers.of(
                messages.edit(
                        user,
                        who,
                        ConversationController.number(id),
                        uuid(message),
                        Versioned.seen(request),
                        edit.text()));
    }

    /// Take a message back: its text goes, its place stays. For its author and the conversation's
    /// owners.
    @Delete("/{message}")
    @Status(HttpStatus.NO_CONTENT)
    HttpResponse<?> delete(Principal user, Writer who, String id, String message) {
        messages.delete(user, who, ConversationController.number(id), uuid(message));
        return HttpResponse.noContent();
    }

    private static String uuid(String id) {
        if (!id.matches(UUID)) {
            throw Refused.missing("message");
        }
        return id.toLowerCase(Locale.ROOT);
    }
}
