package io.carillon.demo;

import io.carillon.api.Problem;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// REST for the demo's notes: what the back end of an application that joins its reads to the
/// stream looks like. The tenant is the token's.
///
/// A read is one snapshot with its cursor in `Carillon-Cursor`; a write says its `X-Correlation-Id`
/// and `Carillon-Ref` in its events.
@Controller("/api/demo/notes")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Requires(beans = DemoTokens.class)
final class NoteController {
    static final String CURSOR = "Carillon-Cursor";

    private static final int LONGEST = 500;
    private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

    private final Notes notes;

    NoteController(Notes notes) {
        this.notes = notes;
    }

    /// @param text a new note's
    @Serdeable
    record Draft(@Nullable String text) {}

    /// What is absent stays as it is.
    @Serdeable
    record Patching(@Nullable String text, @Nullable Boolean done) {}

    /// @param notes by id, the newest [Notes#PAGE]
    @Serdeable
    record Listed(List<Note> notes) {}

    @Get
    HttpResponse<?> list(Principal principal) {
        return present(() -> {
            var reading = notes.of(principal.tenant());
            return HttpResponse.ok(new Listed(reading.value()))
                    .header(CURSOR, reading.cursor())
                    .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                    .header(HttpHeaders.VARY, HttpHeaders.AUTHORIZATION);
        });
    }

    @Post
    HttpResponse<?> add(Writer who, @Body Draft draft) {
        var text = draft.text();
        if (text == null || !fits(text)) {
            return refusedText();
        }
        return present(() ->
                answer(
                        notes.add(who, text.strip()),
                        note ->
                                HttpResponse.created(note)
                                        .headers(headers ->
                                                headers.location(
                                                        URI.create(
                                                                "/api/demo/notes/" + note.id())))));
    }

    @Patch("/{id}")
    HttpResponse<?> change(Writer who, String id, @Body Patching patch) {
        var text = patch.text();
        if (text == null && patch.done() == null) {
            return Problem.answer(HttpStatus.BAD_REQUEST, "note_empty", "send text, done, or both");
        }
        if (text != null && !fits(text)) {
            return refusedText();
        }
        return present(() ->
                ID.matcher(id).matches()
                        ? answer(
                                notes.change(
                                        who,
                                        Long.parseLong(id),
                                        text == null ? null : text.strip(),
                                        patch.done()),
                                HttpResponse::ok)
                        : missing());
    }

    @Delete("/{id}")
    HttpResponse<?> remove(Writer who, String id) {
        return present(() ->
                ID.matcher(id).matches()
                        ? answer(
                                notes.remove(who, Long.parseLong(id)),
                                gone -> HttpResponse.noContent())
                        : missing());
    }

    private HttpResponse<?> present(Supplier<HttpResponse<?>> work) {
        return notes.present()
                ? work.get()
                : Problem.answer(
                        HttpStatus.NOT_FOUND,
                        "demo_absent",
                        "this database has no demo table; the node's log says how to have it");
    }

    private static HttpResponse<?> answer(
            Notes.Change change, Function<Note, MutableHttpResponse<?>> done) {
        return switch (change) {
            case Notes.Change.Done(var note) -> done.apply(note);
            case Notes.Change.Missing() -> missing();
            case Notes.Change.Full() ->
                    Problem.answer(
                            HttpStatus.CONFLICT,
                            "notes_full",
                            "there are " + Notes.MOST + " notes: delete some first");
        };
    }

    /// Also for another tenant's note: that it exists is nobody else's business.
    private static HttpResponse<?> missing() {
        return Problem.answer(HttpStatus.NOT_FOUND, "note_missing", "there is no such note");
    }

    private static HttpResponse<?> refusedText() {
        return Problem.answer(
                HttpStatus.BAD_REQUEST,
                "note_text",
                "text is 1 to " + LONGEST + " characters, not only blanks, no control characters");
    }

    private static boolean fits(String text) {
        return !text.isBlank()
                && text.codePointCount(0, text.length()) <= LONGEST
                && text.codePoints()
                        .noneMatch(letter ->
                                Character.isISOControl(letter)
                                        || Character.getType(letter) == Character.SURROGATE);
    }
}
