package io.carillon.module.studio;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

/// A row of `carillon_app.studio_session`, as REST and events tell it; the catalogue says what the
/// members mean.
@Serdeable
@MappedEntity("studio_session")
record StudioSession(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        @JsonProperty("studio_id") String studioId,
        String title,
        String cause,
        @JsonProperty("started_by") @Nullable String startedBy,
        @JsonProperty("started_at") String startedAt,
        @JsonProperty("stopped_by") @Nullable String stoppedBy,
        @JsonProperty("stopped_at") @Nullable String stoppedAt,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt)
        implements Versioned {}
