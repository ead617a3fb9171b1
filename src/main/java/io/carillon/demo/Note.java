package io.carillon.demo;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.micronaut.serde.annotation.Serdeable;

/// A row of `demo.note` as REST tells it: the very members that `data.row` of its events has, so
/// that a page keeps one shape.
///
/// @param id a bigint, as text: JavaScript could not hold every number
/// @param tenantId whose it is
/// @param text 1 to 500 characters
/// @param done whether it is done
/// @param author a user's id, or the role of whoever wrote it with SQL
/// @param updatedAt ISO 8601, microseconds, as Postgres writes it into JSON
@Serdeable
record Note(
        String id,
        @JsonProperty("tenant_id") String tenantId,
        String text,
        boolean done,
        String author,
        @JsonProperty("updated_at") String updatedAt) {}
