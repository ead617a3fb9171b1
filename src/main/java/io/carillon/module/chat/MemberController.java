package io.carillon.module.chat;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Creations;
import io.carillon.module.Page;
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
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// REST for a conversation's members.
@Controller("/api/conversations/{id}/members")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "chat")
class MemberController {
    private final Members members;
    private final Creations creations;

    MemberController(Members members, Creations creations) {
        this.members = members;
        this.creations = creations;
    }

    /// @param user the user's id
    /// @param name what people call the user, until the user's own token says it
    /// @param role `member` unless said
    @Serdeable
    @Schema(example = "{\"user\": \"cora\", \"name\": \"Cora\"}")
    record Draft(
            @NotBlank @Pattern(regexp = "[^\\x00-\\x1f\\x7f]+") @Size(max = 180) String user,
            @Nullable @Pattern(regexp = ".*\\S.*") @Size(max = 200) String name,
            @Nullable @Pattern(regexp = "owner|member") String role) {}

    /// @param role the new one
    @Serdeable
    @Schema(example = "{\"role\": \"owner\"}")
    record Edit(@NotNull @Pattern(regexp = "owner|member") String role) {}

    /// Who is in it, by id, and how far each has come.
    @Get
    HttpResponse<Page<Member>> list(
            Principal who,
            String id,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "50") @Min(1) @Max(Page.MOST) int limit) {
        return Answers.of(members.page(who, ConversationController.number(id), after, limit));
    }

    /// Add somebody; for owners. `Idempotency-Key` makes a retry safe.
    @Post
    @Status(HttpStatus.CREATED)
    HttpResponse<Member> add(
            HttpRequest<?> request,
            Principal user,
            Writer who,
            String id,
            @Valid @Body Draft draft) {
        var conversation = ConversationController.number(id);
        return creations.create(
                request,
                who,
                new Creations.Creation<>(
                        draft,
                        Member.class,
                        made ->
                                "/api/conversations/"
                                        + id
                                        + "/members/"
                                        + URLEncoder.encode(made.userId(), StandardCharsets.UTF_8)
                                                .replace("+", "%20"),
                        _ -> members.add(user, conversation, draft)));
    }

    /// Give a member another role; for owners.
    @Patch("/{member}")
    HttpResponse<Member> promote(
            Principal user, Writer who, String id, String member, @Valid @Body Edit edit) {
        return HttpResponse.ok(
                members.promote(user, who, ConversationController.number(id), member, edit.role()));
    }

    /// Remove a member, for owners; or leave, with one's own id.
    @Delete("/{member}")
    @Status(HttpStatus.NO_CONTENT)
    HttpResponse<?> remove(Principal user, Writer who, String id, String member) {
        members.remove(user, who, ConversationController.number(id), member);
        return HttpResponse.noContent();
    }
}
