package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The whole queue of a tenant in one snapshot: what `GET /api/queue` answers and the message
/// `queue_update` on `/ws` brings.
///
/// @param services what people queue for
/// @param counters the desks
/// @param waiting who waits, by service and place; at most 1,000
/// @param serving who is called or served now
/// @param recent who was called before, the latest first; at most 10
/// @param updatedAt when it was read
@Serdeable
record QueueSnapshot(
        List<Service> services,
        List<Counter> counters,
        List<Waiting> waiting,
        List<Called> serving,
        List<Called> recent,
        @JsonProperty("updated_at") @JsonInclude(JsonInclude.Include.NON_NULL)
                @Nullable String updatedAt) {

    /// @param waiting how many wait
    /// @param counters how many open counters serve it
    /// @param busy how many of its tickets are called or served now
    /// @param waitSeconds what somebody who takes a ticket now may expect
    @Serdeable
    record Service(
            String id,
            String name,
            String prefix,
            String status,
            @JsonProperty("handling_seconds") int handlingSeconds,
            int waiting,
            int counters,
            int busy,
            @JsonProperty("wait_seconds") long waitSeconds) {}

    /// @param operator for operators only
    @Serdeable
    record Counter(
            String id,
            String name,
            String status,
            @JsonProperty("service_ids") List<String> serviceIds,
            @Nullable String operator) {}

    /// @param position 1 is next
    /// @param waitSeconds estimated
    /// @param customerName for operators only
    @Serdeable
    record Waiting(
            String id,
            String code,
            @JsonProperty("ticket_number") int ticketNumber,
            @JsonProperty("service_id") String serviceId,
            int priority,
            int position,
            @JsonProperty("wait_seconds") long waitSeconds,
            @JsonProperty("queued_at") String queuedAt,
            @JsonProperty("customer_name") @Nullable String customerName) {}

    /// @param customerName for operators only
    @Serdeable
    record Called(
            String id,
            String code,
            @JsonProperty("ticket_number") int ticketNumber,
            @JsonProperty("service_id") String serviceId,
            String status,
            @JsonProperty("counter_id") @Nullable String counterId,
            @Nullable String counter,
            int calls,
            @JsonProperty("called_at") @Nullable String calledAt,
            @JsonProperty("customer_name") @Nullable String customerName) {
        private Called shown() {
            return new Called(
                    id,
                    code,
                    ticketNumber,
                    serviceId,
                    status,
                    counterId,
                    counter,
                    calls,
                    calledAt,
                    null);
        }
    }

    /// What somebody with so many before him waits, roughly: nobody while a counter is free.
    ///
    /// @param position 1 is next
    /// @param busy tickets of the service that are called or served now
    /// @param counters open ones that serve it
    /// @param handlingSeconds of the service
    /// @return seconds
    static long wait(int position, int busy, int counters, int handlingSeconds) {
        var desks = Math.max(1, counters);
        return Math.round((double) handlingSeconds * Math.max(0, position + busy - desks) / desks);
    }

    /// @return without what only operators may see
    QueueSnapshot shown() {
        return new QueueSnapshot(
                services,
                counters.stream()
                        .map(one -> new Counter(one.id, one.name, one.status, one.serviceIds, null))
                        .toList(),
                waiting.stream()
                        .map(one ->
                                new Waiting(
                                        one.id,
                                        one.code,
                                        one.ticketNumber,
                                        one.serviceId,
                                        one.priority,
                                        one.position,
                                        one.waitSeconds,
                                        one.queuedAt,
                                        null))
                        .toList(),
                serving.stream().map(Called::shown).toList(),
                recent.stream().map(Called::shown).toList(),
                updatedAt);
    }
}
