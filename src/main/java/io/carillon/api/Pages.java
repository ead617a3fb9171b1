package io.carillon.api;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;

import java.nio.charset.StandardCharsets;

/// How HTML goes out: asked for again each time (`no-cache`, with an `ETag`); nothing from
/// elsewhere, nothing inline, in no frame.
final class Pages {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private Pages() {}

    /// @param request with `If-None-Match` where the page is known
    /// @param html the page
    static MutableHttpResponse<?> answer(HttpRequest<?> request, String html) {
        var tag = '"' + Assets.hash(html.getBytes(StandardCharsets.UTF_8)) + '"';
        var known = request.getHeaders().get(HttpHeaders.IF_NONE_MATCH);
        var answer =
                known != null && known.contains(tag)
                        ? HttpResponse.status(HttpStatus.NOT_MODIFIED)
                        : HttpResponse.ok(html)
                                .contentType(MediaType.TEXT_HTML_TYPE)
                                .characterEncoding(StandardCharsets.UTF_8);
        return guarded(answer)
                .header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("Content-Security-Policy", POLICY);
    }

    /// @param answer anything that a browser shows
    static MutableHttpResponse<?> guarded(MutableHttpResponse<?> answer) {
        return answer.header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer");
    }
}
