package io.carillon.module.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

/// A message, as REST and `message.*` tell it; its status is what the other members' receipts make
/// of it.
@Serdeable
@MappedEntity("message")
record Message(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        @JsonProperty("conversation_id") String conversationId,
        int position,
        String author,
        @JsonProperty("author_name") String authorName,
        String text,
        String status,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("edited_at") @Nullable String editedAt,
        @JsonProperty("deleted_at") @Nullable String deletedAt)
        implements Versioned {}
