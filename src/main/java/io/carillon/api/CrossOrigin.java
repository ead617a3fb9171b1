package io.carillon.api;

import io.carillon.auth.Origins;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.http.server.cors.CorsFilter;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// Cross-origin rules of REST, polls and event streams: the pages that [Origins] allows, no others.
///
/// Before security, so that preflights, which carry no token, are answered and refusals can be read
/// by the page. A page that is not allowed is refused on our side (403 `origin_forbidden`), not
/// only by its browser. No credentials (cookies) are ever allowed, since there are none.
///
/// Takes the place of the framework's filter, so that there is one list: that one refuses listed
/// pages on a node at localhost.
@Replaces(CorsFilter.class)
@ServerFilter(patterns = {"/api/**", "/events", "/events/**"})
final class CrossOrigin implements Ordered {
    private static final String METHODS = "GET, POST, PUT, PATCH, DELETE";
    private static final String EXPOSED =
            "Carillon-Cursor, X-Correlation-Id, Retry-After, WWW-Authenticate, Location, ETag";
    private static final String PREFLIGHT_SECONDS = "600";
    private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9, _-]{1,1000}");

    private final Origins origins;

    CrossOrigin(Origins origins) {
        this.origins = origins;
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.before();
    }

    @RequestFilter
    @Nullable HttpResponse<?> check(HttpRequest<?> request) {
        var headers = request.getHeaders();
        if (!allowed(request)) {
            return Problem.answer(
                            HttpStatus.FORBIDDEN,
                            "origin_forbidden",
                            "this page's origin is not allowed: list it in carillon.auth.origins")
                    .header(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        }
        var asked = headers.get(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        var origin = origin(request);
        return request.getMethod() == HttpMethod.OPTIONS && asked != null && origin != null
                ? preflight(origin, headers.get(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS))
                : null;
    }

    @ResponseFilter
    void allow(HttpRequest<?> request, MutableHttpResponse<?> response) {
        var origin = origin(request);
        if (!response.getHeaders().getAll(HttpHeaders.VARY).contains(HttpHeaders.ORIGIN)) {
            response.getHeaders().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        }
        if (origin != null && allowed(request)) {
            response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            response.header(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    private boolean allowed(HttpRequest<?> request) {
        return origins.allowed(origin(request), request.getHeaders().get(HttpHeaders.HOST));
    }

    private static @Nullable String origin(HttpRequest<?> request) {
        return request.getHeaders().get(HttpHeaders.ORIGIN);
    }

    /// Whole, since the answer of [#check] does not pass [#allow].
    private static MutableHttpResponse<?> preflight(String origin, @Nullable String headers) {
        var answer =
                HttpResponse.noContent()
                        .header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                        .header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                        .header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS)
                        .header(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        return headers != null && HEADER_NAMES.matcher(headers).matches()
                ? answer.header(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers)
                : answer;
    }
}
