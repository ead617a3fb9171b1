package io.carillon.module.studio;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// The settings' statements. Each names the tenant.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ThresholdRows extends GenericRepository<Thresholds, String> {
    /// The row as its events tell it.
    String COLUMNS =
            """
            tenant_id, silence_below, silence_hysteresis, silence_after_ms, silence_back_ms,
            clip_samples, clip_after_ms, clip_back_ms, level_change, level_after_ms,
            probe_timeout_ms, auto_session, version,
            carillon_app.told(created_at) as created_at,
            carillon_app.told(updated_at) as updated_at
            """;

    @Query("select " + COLUMNS + " from carillon_app.studio_setting where tenant_id = :tenant")
    Optional<Thresholds> one(String tenant);

    /// Others wait until this transaction is over.
    @Query(
            "select "
                    + COLUMNS
                    + " from carillon_app.studio_setting where tenant_id = :tenant for update")
    Optional<Thresholds> locked(String tenant);

    /// What is null stays.
    @Query(
            """
            update carillon_app.studio_setting set
              silence_below = coalesce(cast(:below as float8), silence_below),
              silence_hysteresis = coalesce(cast(:hysteresis as float8), silence_hysteresis),
              silence_after_ms = coalesce(cast(:silenceAfter as integer), silence_after_ms),
              silence_back_ms = coalesce(cast(:silenceBack as integer), silence_back_ms),
              clip_samples = coalesce(cast(:clipped as integer), clip_samples),
              clip_after_ms = coalesce(cast(:clipAfter as integer), clip_after_ms),
              clip_back_ms = coalesce(cast(:clipBack as integer), clip_back_ms),
              level_change = coalesce(cast(:change as float8), level_change),
              level_after_ms = coalesce(cast(:levelAfter as integer), level_after_ms),
              probe_timeout_ms = coalesce(cast(:probeTimeout as integer), probe_timeout_ms),
              auto_session = coalesce(cast(:automatic as boolean), auto_session)
             where tenant_id = :tenant
            returning
            """
                    + COLUMNS)
    Thresholds edit(
            String tenant,
            @Nullable Double below,
            @Nullable Double hysteresis,
            @Nullable Integer silenceAfter,
            @Nullable Integer silenceBack,
            @Nullable Integer clipped,
            @Nullable Integer clipAfter,
            @Nullable Integer clipBack,
            @Nullable Double change,
            @Nullable Integer levelAfter,
            @Nullable Integer probeTimeout,
            @Nullable Boolean automatic);
}
