package io.carillon.sight;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;

import org.jspecify.annotations.Nullable;

/// A REST request as a span, from [Tracing#begin] until [#end]. Safe for all threads.
public final class ServerSpan {
    private static final int FAULT = 500;

    private final Span span;
    private final String method;

    ServerSpan(Span span, String method) {
        this.span = span;
        this.method = method;
    }

    /// @return what is handed on, to whatever the request causes
    public TraceContext context() {
        var context = span.getSpanContext();
        return new TraceContext(context.getTraceId(), context.getSpanId(), context.isSampled());
    }

    /// The request has been answered.
    ///
    /// @param route its template, never the address itself
    /// @param status of the answer
    /// @param correlationId of the request
    public void end(String route, int status, @Nullable String correlationId) {
        span.updateName(method + " " + route);
        span.setAttribute("http.request.method", method);
        span.setAttribute("http.route", route);
        span.setAttribute("http.response.status_code", status);
        if (correlationId != null) {
            span.setAttribute("carillon.correlation_id", correlationId);
        }
        if (status >= FAULT) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
