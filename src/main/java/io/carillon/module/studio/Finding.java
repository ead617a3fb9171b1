package io.carillon.module.studio;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Map;

/// What a detector found, or somebody reported: a row of `carillon_app.studio_event` to be.
///
/// @param type of the catalogue's `StudioEvent`
/// @param at the end of the window that decided
/// @param details members for people and pages
record Finding(String type, Instant at, Map<String, @Nullable Object> details) {
    static final String SILENCE = "silence";
    static final String CLIPPING = "clipping";
    static final String LEVEL = "audio.level";
    static final String TRACK = "track.change";
}
