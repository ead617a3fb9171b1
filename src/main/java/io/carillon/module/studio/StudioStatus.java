package io.carillon.module.studio;

import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

/// How a studio stands, with the members of the event `status.update`.
@Serdeable
record StudioStatus(
        String studio,
        boolean streaming,
        int listeners,
        @Nullable Active session,
        @Nullable AudioLevel audioLevel,
        @Nullable Track track,
        @Nullable String silenceSince,
        @Nullable String clippingSince,
        @Nullable String sampledUntil) {

    /// The active session.
    @Serdeable
    record Active(String id, String title, String cause, String startedAt) {}

    /// What is played.
    @Serdeable
    record Track(String title, @Nullable String artist, String at) {}
}
