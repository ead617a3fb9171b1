package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

/// A row of `carillon_app.queue_ticket`, as REST and events tell it; the catalogue says what the
/// members mean.
@Serdeable
@MappedEntity("queue_ticket")
record QueueTicket(
        @Id String id,
        @JsonProperty("tenant_id") String tenantId,
        @JsonProperty("service_id") String serviceId,
        String day,
        @JsonProperty("ticket_number") int ticketNumber,
        String code,
        String status,
        int priority,
        @JsonProperty("customer_name") @Nullable String customerName,
        @JsonProperty("counter_id") @Nullable String counterId,
        @Nullable String operator,
        int calls,
        @JsonProperty("taken_by") @Nullable String takenBy,
        @JsonProperty("queued_at") String queuedAt,
        @JsonProperty("first_called_at") @Nullable String firstCalledAt,
        @JsonProperty("called_at") @Nullable String calledAt,
        @JsonProperty("started_at") @Nullable String startedAt,
        @JsonProperty("ended_at") @Nullable String endedAt,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt)
        implements Versioned {

    /// @return without what only operators may see
    QueueTicket shown() {
        return new QueueTicket(
                id,
                tenantId,
                serviceId,
                day,
                ticketNumber,
                code,
                status,
                priority,
                null,
                counterId,
                null,
                calls,
                null,
                queuedAt,
                firstCalledAt,
                calledAt,
                startedAt,
                endedAt,
                version,
                createdAt,
                updatedAt);
    }
}
