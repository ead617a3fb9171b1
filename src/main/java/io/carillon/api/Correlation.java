package io.carillon.api;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;

import org.jspecify.annotations.Nullable;

import java.util.UUID;
import java.util.regex.Pattern;

/// Every REST request has a correlation id: the one in `X-Correlation-Id`, or a new one. It is told
/// in the answer, and whatever the request writes carries it into its events.
///
/// Also judges `Carillon-Ref`, the client's own id of a write. Both are 1 to 200 visible ASCII
/// characters; anything else is refused (400 `correlation_id`, `ref`). After [CrossOrigin], before
/// security, so that a refusal carries the id too.
@ServerFilter("/api/**")
final class Correlation implements Ordered {
    static final String HEADER = "X-Correlation-Id";
    static final String REF = "Carillon-Ref";

    private static final String ATTRIBUTE = "carillon.correlation-id";
    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,200}");

    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.before() + 1;
    }

    @RequestFilter
    @Nullable HttpResponse<?> take(HttpRequest<?> request) {
        var given = request.getHeaders().get(HEADER);
        if (given != null && !VISIBLE.matcher(given).matches()) {
            return refused("correlation_id", HEADER);
        }
        var ref = request.getHeaders().get(REF);
        if (ref != null && !VISIBLE.matcher(ref).matches()) {
            return refused("ref", REF);
        }
        request.setAttribute(ATTRIBUTE, given == null ? UUID.randomUUID().toString() : given);
        return null;
    }

    @ResponseFilter
    void tell(HttpRequest<?> request, MutableHttpResponse<?> response) {
        var id = of(request);
        if (id != null) {
            response.header(HEADER, id);
        }
    }

    /// @return the request's correlation id; null outside of `/api`
    static @Nullable String of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class).orElse(null);
    }

    private static HttpResponse<?> refused(String code, String header) {
        return Problem.answer(
                HttpStatus.BAD_REQUEST, code, header + " is 1 to 200 visible ASCII characters");
    }
}
