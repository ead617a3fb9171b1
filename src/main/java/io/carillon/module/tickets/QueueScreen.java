package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

/// A row of `carillon_app.queue_screen` without its key, as REST and events tell it; the catalogue
/// says what the members mean.
@Serdeable
@MappedEntity("queue_screen")
record QueueScreen(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        String name,
        String kind,
        String status,
        @JsonProperty("paired_by") String pairedBy,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt)
        implements Versioned {}
