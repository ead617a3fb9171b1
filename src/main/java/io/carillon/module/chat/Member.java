package io.carillon.module.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

/// Somebody in a conversation, as `member.*` tells it, and how far the member has come, as
/// `receipt.*` tells it.
@Serdeable
@MappedEntity("member")
record Member(
        @JsonProperty("tenant_id") String tenantId,
        @JsonProperty("conversation_id") String conversationId,
        @Id @JsonProperty("user_id") String userId,
        @JsonProperty("user_name") String userName,
        String role,
        @JsonProperty("joined_at") String joinedAt,
        @JsonProperty("delivered_position") int deliveredPosition,
        @JsonProperty("read_position") int readPosition) {
    /// Renames, adds, removes, deletes.
    static final String OWNER = "owner";

    /// Reads, writes, leaves.
    static final String MEMBER = "member";
}
