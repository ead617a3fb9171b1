package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

/// What a tenant wants of its queue: a row of `carillon_app.queue_setting`, or the defaults.
///
/// @param publicScreens whether totems and displays work without a device key
/// @param timeZone whose midnight begins a new day of numbers
@Serdeable
@MappedEntity("queue_setting")
record QueueSetting(
        @Id @JsonProperty("tenant_id") String tenantId,
        @JsonProperty("public_screens") boolean publicScreens,
        @JsonProperty("time_zone") String timeZone,
        int version)
        implements Versioned {

    static QueueSetting of(String tenant) {
        return new QueueSetting(tenant, false, "UTC", 1);
    }
}
