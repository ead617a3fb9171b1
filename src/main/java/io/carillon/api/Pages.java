package io.carillon.api;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// How HTML, and what is asked for by a name that stays, goes out: asked for again each time
/// (`no-cache`, with an `ETag`); nothing from elsewhere, nothing inline, in no frame.
final class Pages {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final String WORKER_POLICY = "default-src 'none'; connect-src 'self'";
    private static final MediaType SCRIPT =
            new MediaType("text/javascript", Map.of("charset", "utf-8"));

    private Pages() {}

    /// @param request with `If-None-Match` where the page is known
    /// @param html the page
    static MutableHttpResponse<?> answer(HttpRequest<?> request, String html) {
        return asked(request, new MediaType("text/html", Map.of("charset", "UTF-8")), html, POLICY);
    }

    /// @param request with `If-None-Match` where the script is known
    /// @param script a service worker, which speaks to this node only
    static MutableHttpResponse<?> worker(HttpRequest<?> request, String script) {
        return asked(request, SCRIPT, script, WORKER_POLICY);
    }

    private static MutableHttpResponse<?> asked(
            HttpRequest<?> request, MediaType type, String text, String policy) {
        var tag = '"' + Assets.hash(text.getBytes(StandardCharsets.UTF_8)) + '"';
        var known = request.getHeaders().get(HttpHeaders.IF_NONE_MATCH);
        var answer =
                known != null && known.contains(tag)
                        ? HttpResponse.status(HttpStatus.NOT_MODIFIED)
                        : HttpResponse.ok(text).contentType(type);
        return guarded(answer)
                .header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("Content-Security-Policy", policy);
    }

    /// @param answer anything that a browser shows
    static MutableHttpResponse<?> guarded(MutableHttpResponse<?> answer) {
        return answer.header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer");
    }
}
