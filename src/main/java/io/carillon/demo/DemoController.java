package io.carillon.demo;

import io.carillon.api.Problem;
import io.carillon.database.EmbeddedPostgres;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Who can be tried, a token for one of them, and where to write SQL. Exists where [DemoTokens]
/// exist: in development.
@Controller("/api/demo")
@Secured(SecurityRule.IS_ANONYMOUS)
@Requires(beans = DemoTokens.class)
final class DemoController {
    private final DemoTokens tokens;
    private final Notes notes;
    private final @Nullable EmbeddedPostgres postgres;

    DemoController(DemoTokens tokens, Notes notes, @Nullable EmbeddedPostgres postgres) {
        this.tokens = tokens;
        this.notes = notes;
        this.postgres = postgres;
    }

    /// @param notes whether there is a table `demo.note`
    /// @param psql a line to paste into a shell, without secrets; null with a Postgres of one's own
    @Serdeable
    record Stage(boolean notes, @Nullable String psql) {}

    /// @param now by the clock that dates events
    @Serdeable
    record Clock(String now) {}

    /// @param user a demo user's id
    @Serdeable
    record Wanted(@Nullable String user) {}

    /// @param token a JWT
    /// @param user whose it is
    /// @param expiresAt its end
    @Serdeable
    record Issued(String token, DemoUser user, Instant expiresAt) {}

    @Get("/stage")
    HttpResponse<Stage> stage() {
        return HttpResponse.ok(
                        new Stage(notes.present(), postgres == null ? null : postgres.psqlLine()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    @Get("/clock")
    @ExecuteOn(TaskExecutors.BLOCKING)
    HttpResponse<Clock> clock() {
        return HttpResponse.ok(new Clock(notes.clock()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    @Get("/users")
    List<DemoUser> users() {
        return DemoUser.ALL;
    }

    @Post("/token")
    HttpResponse<?> token(@Body Wanted wanted) {
        var user = DemoUser.named(wanted.user());
        if (user == null) {
            return Problem.answer(
                    HttpStatus.NOT_FOUND,
                    "demo_user",
                    "there is no such demo user: see GET /api/demo/users");
        }
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return HttpResponse.ok(new Issued(tokens.issue(user, now), user, now.plus(DemoTokens.LIFE)))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }
}
