package io.carillon.module.studio;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

/// A row of `carillon_app.studio`, as REST and events tell it; the catalogue says what the members
/// mean.
@Serdeable
@MappedEntity("studio")
record Studio(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        String name,
        @JsonProperty("created_by") String createdBy,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt)
        implements Versioned {}
