package io.carillon.module.tickets;

import io.carillon.identity.Principal;
import io.carillon.module.Answers;
import io.carillon.module.Eras;
import io.carillon.module.Refused;
import io.carillon.transport.queue.FrontDesk;
import io.carillon.transport.queue.Picture;
import io.carillon.transport.queue.Pictures;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;

import jakarta.validation.constraints.Pattern;

import org.jspecify.annotations.Nullable;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/// REST for the queue as a whole: what a screen polls, and the day's counts.
@Controller("/api/queue")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "queue")
class QueueController {
    private static final String POLL_SECONDS = "30";

    private final FrontDesk reception;
    private final Pictures pictures;
    private final Statistics statistics;
    private final Callers callers;
    private final Desk desk;

    QueueController(
            FrontDesk reception,
            Pictures pictures,
            Statistics statistics,
            Callers callers,
            Desk desk) {
        this.reception = reception;
        this.pictures = pictures;
        this.statistics = statistics;
        this.callers = callers;
        this.desk = desk;
    }

    /// The whole queue in one snapshot, to follow from or to poll.
    ///
    /// Whoever has a token reads it new; screens share what this node has read already, which is
    /// never older than the last change that the node has heard of.
    @Get
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Operation(summary = "The whole queue, to follow from or to poll. Also with a device key.")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = QueueSnapshot.class)))
    HttpResponse<?> queue(HttpRequest<?> request) {
        return switch (callers.of(request)) {
            case Caller.Person(var user) -> {
                var picture = reception.picture(user.tenant());
                yield answer(picture, desk.operates(user) ? picture.whole() : picture.shown());
            }
            case Caller.Screen(var screen, _) -> {
                var picture = pictures.of(screen.tenant());
                var tag = '"' + picture.tag() + '"';
                var known = request.getHeaders().get(HttpHeaders.IF_NONE_MATCH);
                yield tag.equals(known)
                        ? headers(HttpResponse.notModified(), picture, tag)
                        : headers(answer(picture, picture.shown()), picture, tag);
            }
        };
    }

    /// The day's counts: waiting, served, average wait; today unless said.
    @Get("/statistics")
    @Operation(summary = "The day's counts: waiting, served, average wait; today unless said.")
    HttpResponse<Statistics.Day> statistics(
            Principal who,
            @QueryValue @Nullable @Pattern(regexp = "[0-9]{4}-[0-9]{2}-[0-9]{2}") String day) {
        return Answers.of(statistics.of(who, day == null ? null : date(day)));
    }

    private static String date(String day) {
        try {
            var date = LocalDate.parse(day);
            if (Eras.hold(date.atStartOfDay(ZoneOffset.UTC).toInstant())) {
                return date.toString();
            }
        } catch (DateTimeParseException none) {
            // Told below.
        }
        throw Refused.bad("day", "there is no such day: " + day);
    }

    private static MutableHttpResponse<String> answer(Picture picture, String body) {
        return HttpResponse.ok(body)
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header(Answers.CURSOR, picture.cursor())
                .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                .header(HttpHeaders.VARY, HttpHeaders.AUTHORIZATION);
    }

    private static <T> MutableHttpResponse<T> headers(
            MutableHttpResponse<T> answer, Picture picture, String tag) {
        answer.getHeaders().set(Answers.CURSOR, picture.cursor());
        // A shared cache may keep it for a moment and must ask by key.
        answer.getHeaders().set(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        answer.getHeaders().set(HttpHeaders.VARY, "Authorization, " + Callers.KEY);
        answer.getHeaders().set(HttpHeaders.ETAG, tag);
        answer.getHeaders().set("Carillon-Poll-After", POLL_SECONDS);
        return answer;
    }
}
