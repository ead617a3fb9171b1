package io.carillon.module.studio;

import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// A row of `carillon_app.studio_event`, with the members of the event `event.new`.
@Serdeable
record StudioEvent(
        String id, String type, String studio, String at, Map<String, @Nullable Object> details) {}
