package io.carillon.module.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

/// A conversation as it stands in one member's list: the row, the member's role and how far the
/// member has come. REST and `inbox.*` tell it; the catalogue says what the members mean.
@Serdeable
@MappedEntity("conversation")
record Conversation(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        String title,
        @JsonProperty("created_by") String createdBy,
        @JsonProperty("last_position") int lastPosition,
        @JsonProperty("last_message_id") @Nullable String lastMessageId,
        @JsonProperty("last_author") @Nullable String lastAuthor,
        @JsonProperty("last_author_name") @Nullable String lastAuthorName,
        @JsonProperty("last_text") @Nullable String lastText,
        @JsonProperty("active_at") String activeAt,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt,
        String role,
        @JsonProperty("delivered_position") int deliveredPosition,
        @JsonProperty("read_position") int readPosition,
        int unread)
        implements Versioned {
    /// @return whether the member leads the conversation
    boolean owned() {
        return role.equals(Member.OWNER);
    }
}
