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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// `/client.js`: the client library as one ES module, for pages without a build. Asked for again
/// each time (`no-cache`, with an `ETag`), since its address does not change with its content. Any
/// page may import it: it is public code and tells nothing of anybody.
@Controller("/client.js")
@Secured(SecurityRule.IS_ANONYMOUS)
final class ClientController {
    private static final MediaType SCRIPT =
            new MediaType("text/javascript", Map.of("charset", "utf-8"));

    private final byte @Nullable [] script;
    private final String tag;

    ClientController() {
        script = script();
        tag = script == null ? "" : '"' + Assets.hash(script) + '"';
    }

    @Get(produces = MediaType.ALL)
    HttpResponse<?> client(HttpRequest<?> request) {
        if (script == null) {
            return Problem.answer(
                    HttpStatus.NOT_FOUND,
                    "client_absent",
                    "this node was built without its client library (-Dweb.skip)");
        }
        var known = request.getHeaders().get(HttpHeaders.IF_NONE_MATCH);
        MutableHttpResponse<?> answer =
                known != null && known.contains(tag)
                        ? HttpResponse.status(HttpStatus.NOT_MODIFIED)
                        : HttpResponse.ok(script).contentType(SCRIPT);
        return answer.header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .header("Cross-Origin-Resource-Policy", "cross-origin")
                .header("X-Content-Type-Options", "nosniff");
    }

    private static byte @Nullable [] script() {
        try (var stream = ClientController.class.getResourceAsStream("/web/client.js")) {
            return stream == null ? null : stream.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
