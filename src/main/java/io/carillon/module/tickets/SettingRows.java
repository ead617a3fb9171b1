package io.carillon.module.tickets;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// Statements of `carillon_app.queue_setting`. Each names the tenant.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface SettingRows extends GenericRepository<QueueSetting, String> {
    /// The row without its times.
    String COLUMNS = "tenant_id, public_screens, time_zone, version";

    @Query("select " + COLUMNS + " from carillon_app.queue_setting where tenant_id = :tenant")
    Optional<QueueSetting> of(String tenant);

    /// The row that is edited next; others wait until this transaction is over.
    @Query(
            """
            insert into carillon_app.queue_setting (tenant_id) values (:tenant)
            on conflict (tenant_id) do nothing
            """)
    void begin(String tenant);

    @Query(
            "select "
                    + COLUMNS
                    + " from carillon_app.queue_setting where tenant_id = :tenant for update")
    QueueSetting locked(String tenant);

    @Query("select exists (select from pg_timezone_names where name = :zone)")
    boolean isZone(String zone);

    /// What is null stays.
    @Query(
            """
            update carillon_app.queue_setting set
              public_screens = coalesce(cast(:open as boolean), public_screens),
              time_zone = coalesce(:zone, time_zone)
             where tenant_id = :tenant
            returning
            """
                    + COLUMNS)
    QueueSetting edit(String tenant, @Nullable Boolean open, @Nullable String zone);
}
