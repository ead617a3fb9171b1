package io.carillon.sight;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/// OpenTelemetry, once `carillon.tracing.endpoint` says where to; nothing at all until then: no
/// thread, no span.
///
/// Spans are queued without blocking (2,048, beyond that they are dropped) and exported by a thread
/// of the SDK. Safe for all threads.
@Singleton
public final class Tracing implements AutoCloseable {
    private static final long FAREWELL_SECONDS = 2;

    private final @Nullable SdkTracerProvider provider;
    private final @Nullable Tracer tracer;

    /// @param settings where to, and how much
    /// @param other an exporter to use instead of the settings' endpoint
    public Tracing(TracingSettings settings, @Nullable SpanExporter other) {
        var exporter = other == null ? exporter(settings) : other;
        provider = exporter == null ? null : provider(exporter, settings);
        tracer = provider == null ? null : provider.get("io.carillon");
    }

    private static @Nullable SpanExporter exporter(TracingSettings settings) {
        var endpoint = settings.endpoint();
        return endpoint == null
                ? null
                : OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build();
    }

    private static SdkTracerProvider provider(SpanExporter exporter, TracingSettings settings) {
        return SdkTracerProvider.builder()
                .setResource(
                        Resource.create(
                                Attributes.of(AttributeKey.stringKey("service.name"), "carillon")))
                .setSampler(
                        Sampler.parentBased(Sampler.traceIdRatioBased(settings.sample() / 1_000.0)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .build();
    }

    /// @return whether spans are exported
    public boolean on() {
        return tracer != null;
    }

    /// A request begins.
    ///
    /// @param parent what the client says it belongs to
    /// @param method of the request
    /// @return its span, or null when nothing is traced
    public @Nullable ServerSpan begin(@Nullable TraceContext parent, String method) {
        if (tracer == null) {
            return null;
        }
        var builder = tracer.spanBuilder(method).setSpanKind(SpanKind.SERVER);
        if (parent == null) {
            builder.setNoParent();
        } else {
            builder.setParent(remote(parent));
        }
        return new ServerSpan(builder.startSpan(), method);
    }

    /// @return null when nothing is traced
    @Nullable Tracer tracer() {
        return tracer;
    }

    static Context remote(TraceContext parent) {
        return Context.root()
                .with(
                        Span.wrap(
                                SpanContext.createFromRemoteParent(
                                        parent.traceId(),
                                        parent.spanId(),
                                        parent.sampled()
                                                ? TraceFlags.getSampled()
                                                : TraceFlags.getDefault(),
                                        TraceState.getDefault())));
    }

    /// Exports what is queued.
    void flush() {
        if (provider != null) {
            var unused = provider.forceFlush().join(FAREWELL_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    @PreDestroy
    public void close() {
        if (provider != null) {
            var unused = provider.shutdown().join(FAREWELL_SECONDS, TimeUnit.SECONDS);
        }
    }
}
