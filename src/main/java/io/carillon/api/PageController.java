package io.carillon.api;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Hidden;

import org.jspecify.annotations.Nullable;

/// `/` and what it needs. The page goes out as [Pages] says; its assets are never asked for again:
/// their names change with their content.
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
@Hidden
final class PageController {
    private static final String PLAIN = "plain.html";
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final Assets assets;
    private final String page;

    PageController(Assets assets, @Nullable FirstPage first) {
        this.assets = assets;
        page = assets.page(first == null ? PLAIN : first.resource());
    }

    @Get("/")
    HttpResponse<?> page(HttpRequest<?> request) {
        return Pages.answer(request, page);
    }

    @Get("/assets/{name}")
    HttpResponse<?> asset(String name) {
        var asset = assets.named(name);
        return asset == null
                ? Problem.answer(HttpStatus.NOT_FOUND, "not_found", "there is no such file")
                : Pages.guarded(HttpResponse.ok(asset.bytes()).contentType(asset.type()))
                        .header(HttpHeaders.CACHE_CONTROL, FOR_EVER);
    }
}
