package io.carillon.api;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/// `/` and what it needs. The page is asked for again each time (`no-cache`, with an `ETag`), its
/// assets never: their names change with their content. Nothing from elsewhere, nothing inline, in
/// no frame.
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
final class PageController {
    private static final String PLAIN = "plain.html";
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final Assets assets;
    private final String page;
    private final String tag;

    PageController(Assets assets, @Nullable FirstPage first) {
        this.assets = assets;
        page = assets.page(first == null ? PLAIN : first.resource());
        tag = '"' + Assets.hash(page.getBytes(StandardCharsets.UTF_8)) + '"';
    }

    @Get("/")
    HttpResponse<?> page(HttpRequest<?> request) {
        var known = request.getHeaders().get(HttpHeaders.IF_NONE_MATCH);
        var answer =
                known != null && known.contains(tag)
                        ? HttpResponse.status(HttpStatus.NOT_MODIFIED)
                        : HttpResponse.ok(page)
                                .contentType(MediaType.TEXT_HTML_TYPE)
                                .characterEncoding(StandardCharsets.UTF_8);
        return guarded(answer)
                .header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("Content-Security-Policy", POLICY);
    }

    @Get("/assets/{name}")
    HttpResponse<?> asset(String name) {
        var asset = assets.named(name);
        return asset == null
                ? Problem.answer(HttpStatus.NOT_FOUND, "not_found", "there is no such file")
                : guarded(HttpResponse.ok(asset.bytes()).contentType(asset.type()))
                        .header(HttpHeaders.CACHE_CONTROL, FOR_EVER);
    }

    private static MutableHttpResponse<?> guarded(MutableHttpResponse<?> answer) {
        return answer.header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer");
    }
}
