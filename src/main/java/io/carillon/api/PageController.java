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

/// `/` and what it needs: the console, or a plain page where it was not built. The page goes out as
/// [Pages] says; its assets are never asked for again: their names change with their content.
/// `/sw.js`, at the root so that its scope is the page, is the console's service worker; browsers
/// ask for it again at each visit, so that a new version reaches them with its first node.
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
@Hidden
final class PageController {
    private static final String PLAIN = "plain.html";
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final Assets assets;
    private final Console console;
    private final String page;

    PageController(Assets assets, Console console) {
        this.assets = assets;
        this.console = console;
        var built = console.page();
        page = built == null ? assets.page(PLAIN) : built;
    }

    @Get("/")
    HttpResponse<?> page(HttpRequest<?> request) {
        return Pages.answer(request, page);
    }

    @Get("/sw.js")
    HttpResponse<?> worker(HttpRequest<?> request) {
        var worker = console.worker();
        return worker == null ? missing() : Pages.worker(request, worker);
    }

    @Get("/assets/{name}")
    HttpResponse<?> file(String name) {
        var asset = asset(name);
        return asset == null
                ? missing()
                : Pages.guarded(HttpResponse.ok(asset.bytes()).contentType(asset.type()))
                        .header(HttpHeaders.CACHE_CONTROL, FOR_EVER);
    }

    private static HttpResponse<?> missing() {
        return Problem.answer(HttpStatus.NOT_FOUND, "not_found", "there is no such file");
    }

    private Assets.@Nullable Asset asset(String name) {
        var known = assets.named(name);
        return known == null ? console.named(name) : known;
    }
}
