package io.carillon.node;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micronaut.context.annotation.Context;

import jakarta.annotation.PreDestroy;

import org.jspecify.annotations.Nullable;

/// Takes back, when the node stops, what its metrics hang on the JVM: a listener at the garbage
/// collectors and a filter in the log.
///
/// Micronaut leaves both. Each keeps the whole node and is asked at every collection or log line
/// for as long as the JVM lives, which is long where one JVM starts many nodes, as tests do.
@Context
final class JvmMeters {
    private final @Nullable JvmGcMetrics collections;
    private final @Nullable LogbackMetrics lines;

    JvmMeters(@Nullable JvmGcMetrics collections, @Nullable LogbackMetrics lines) {
        this.collections = collections;
        this.lines = lines;
    }

    @PreDestroy
    void stop() {
        if (collections != null) {
            collections.close();
        }
        if (lines != null) {
            lines.close();
        }
    }
}
