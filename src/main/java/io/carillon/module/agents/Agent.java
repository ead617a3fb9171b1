package io.carillon.module.agents;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

/// A row of `carillon_app.agent`, as REST and events tell it; the catalogue says what the members
/// mean.
@Serdeable
@MappedEntity("agent")
record Agent(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        String name,
        String kind,
        String status,
        @JsonProperty("silent_after") int silentAfter,
        @JsonProperty("registered_by") String registeredBy,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt)
        implements Versioned {}
