package io.carillon.api;

import io.carillon.sight.ServerSpan;
import io.carillon.sight.TraceContext;
import io.carillon.sight.Tracing;
import io.micronaut.context.propagation.slf4j.MdcPropagationContext;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.propagation.MutablePropagatedContext;
import io.micronaut.http.HttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.UUID;
import java.util.regex.Pattern;

/// Every REST request has a correlation id: the one in `X-Correlation-Id`, else that of its trace,
/// else a new one. It is told in the answer and in every [Problem], stands in the log lines that
/// the request causes, and whatever the request writes carries it into its events.
///
/// The trace context (`traceparent`) goes the same way; where traces are exported the request is a
/// span of it, see [Tracing].
///
/// Also judges `Carillon-Ref`, the client's own id of a write. It and the correlation id are 1 to
/// 200 visible ASCII characters; anything else is refused (400 `correlation_id`, `ref`). A trace
/// context that cannot be read is passed over, as W3C has it. After [CrossOrigin], before security,
/// so that a refusal carries the id too.
@ServerFilter("/api/**")
final class Correlation implements Ordered {
    static final String HEADER = "X-Correlation-Id";
    static final String REF = "Carillon-Ref";

    private static final String TRACEPARENT = "traceparent";
    private static final String ATTRIBUTE = "carillon.correlation-id";
    private static final String TRACE = "carillon.trace";
    private static final String SPAN = "carillon.span";
    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,200}");

    private final Tracing tracing;

    Correlation(Tracing tracing) {
        this.tracing = tracing;
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.before() + 1;
    }

    @RequestFilter
    @Nullable HttpResponse<?> take(HttpRequest<?> request, MutablePropagatedContext context) {
        var given = request.getHeaders().get(HEADER);
        if (given != null && !VISIBLE.matcher(given).matches()) {
            return refused("correlation_id", HEADER);
        }
        var ref = request.getHeaders().get(REF);
        if (ref != null && !VISIBLE.matcher(ref).matches()) {
            return refused("ref", REF);
        }
        var trace = traced(request);
        var id = given != null ? given : trace != null ? trace.traceId() : fresh();
        request.setAttribute(ATTRIBUTE, id);
        var words = new HashMap<String, String>();
        words.put("correlationId", id);
        if (trace != null) {
            words.put("traceId", trace.traceId());
        }
        context.add(new MdcPropagationContext(words));
        return null;
    }

    private @Nullable TraceContext traced(HttpRequest<?> request) {
        var given = TraceContext.parse(request.getHeaders().get(TRACEPARENT));
        var span = tracing.begin(given, request.getMethodName());
        if (span != null) {
            request.setAttribute(SPAN, span);
        }
        var trace = span == null ? given : span.context();
        if (trace != null) {
            request.setAttribute(TRACE, trace.encode());
        }
        return trace;
    }

    private static String fresh() {
        return UUID.randomUUID().toString();
    }

    @ResponseFilter
    void tell(HttpRequest<?> request, MutableHttpResponse<?> response) {
        var id = of(request);
        if (id != null) {
            response.header(HEADER, id);
            if (response.body() instanceof Problem problem) {
                response.body(problem.correlatedBy(id));
            }
        }
        request.getAttribute(SPAN, ServerSpan.class)
                .ifPresent(span -> {
                    var route =
                            request.getAttribute(HttpAttributes.URI_TEMPLATE, String.class)
                                    .orElse("/api");
                    span.end(route, response.code(), id);
                });
    }

    /// @return the request's correlation id; null outside of `/api`
    static @Nullable String of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class).orElse(null);
    }

    /// @return the request's trace context; null when it has none, and outside of `/api`
    static @Nullable String trace(HttpRequest<?> request) {
        return request.getAttribute(TRACE, String.class).orElse(null);
    }

    private static HttpResponse<?> refused(String code, String header) {
        return Problem.answer(
                HttpStatus.BAD_REQUEST, code, header + " is 1 to 200 visible ASCII characters");
    }
}
