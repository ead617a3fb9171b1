package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A row of `carillon_app.queue_counter`, as REST and events tell it; the catalogue says what the
/// members mean.
@Serdeable
@MappedEntity("queue_counter")
record QueueCounter(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        String name,
        @JsonProperty("service_ids") @TypeDef(type = DataType.STRING_ARRAY) List<String> serviceIds,
        @Nullable String operator,
        String status,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt)
        implements Versioned {}
