package io.carillon.module.studio;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.module.Versioned;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

/// A row of `carillon_app.studio_setting`: what counts as silence, clipping and another level, for
/// all studios of a tenant. Levels in dBFS, changes in dB, durations in ms.
@Serdeable
@MappedEntity("studio_setting")
record Thresholds(
        @Id @JsonProperty("tenant_id") String tenantId,
        @JsonProperty("silence_below") double silenceBelow,
        @JsonProperty("silence_hysteresis") double silenceHysteresis,
        @JsonProperty("silence_after_ms") int silenceAfterMs,
        @JsonProperty("silence_back_ms") int silenceBackMs,
        @JsonProperty("clip_samples") int clipSamples,
        @JsonProperty("clip_after_ms") int clipAfterMs,
        @JsonProperty("clip_back_ms") int clipBackMs,
        @JsonProperty("level_change") double levelChange,
        @JsonProperty("level_after_ms") int levelAfterMs,
        @JsonProperty("probe_timeout_ms") int probeTimeoutMs,
        @JsonProperty("auto_session") boolean autoSession,
        int version,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt)
        implements Versioned {}
