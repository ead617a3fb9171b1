package io.carillon.module.approvals;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

/// A row of `carillon_app.approval`, as REST and events tell it; the catalogue says what the
/// members mean.
@Serdeable
@MappedEntity("approval")
record Approval(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        String title,
        String details,
        String kind,
        String status,
        @JsonProperty("requested_by") String requestedBy,
        @JsonProperty("agent_id") @Nullable String agentId,
        @JsonProperty("decider_role") @Nullable String deciderRole,
        @JsonProperty("expires_at") @Nullable String expiresAt,
        @JsonProperty("decided_by") @Nullable String decidedBy,
        @JsonProperty("decided_at") @Nullable String decidedAt,
        @Nullable String comment,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt)
        implements Versioned {}
