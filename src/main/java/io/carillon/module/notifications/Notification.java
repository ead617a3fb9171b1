package io.carillon.module.notifications;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

/// A row of `carillon_app.notification`, as its event tells it, and when the asking user read it.
///
/// @param readAt null while unread; the event does not have it
@Serdeable
@MappedEntity("notification")
record Notification(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        String audience,
        @Nullable String target,
        String title,
        String body,
        String kind,
        @Nullable String link,
        @JsonProperty("created_by") @Nullable String createdBy,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("read_at") @Nullable String readAt) {}
