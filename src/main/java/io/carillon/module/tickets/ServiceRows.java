package io.carillon.module.tickets;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// Statements of `carillon_app.queue_service`. Each names the tenant.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ServiceRows extends GenericRepository<QueueService, String> {
    /// The row as its events tell it.
    String COLUMNS =
            """
            cast(id as text) as id, tenant_id, name, prefix, status, handling_seconds, version,
            carillon_app.told(created_at) as created_at,
            carillon_app.told(updated_at) as updated_at
            """;

    /// One row.
    String ONE =
            " from carillon_app.queue_service where tenant_id = :tenant and id = cast(:id as"
                    + " bigint)";

    /// @param after rows with larger ids
    /// @param most how many
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.queue_service
                    where tenant_id = :tenant and queue_service.id > :after
                    order by queue_service.id limit :most
                    """)
    List<QueueService> page(String tenant, long after, int most);

    @Query("select " + COLUMNS + ONE)
    Optional<QueueService> one(String tenant, long id);

    /// Others who edit it wait until this transaction is over.
    @Query("select " + COLUMNS + ONE + " for update")
    Optional<QueueService> locked(String tenant, long id);

    @Query(
            """
            insert into carillon_app.queue_service (tenant_id, name, prefix, status,
              handling_seconds)
            values (:tenant, :name, :prefix, :status, :handlingSeconds)
            returning
            """
                    + COLUMNS)
    QueueService insert(
            String tenant, String name, String prefix, String status, int handlingSeconds);

    /// What is null stays.
    @Query(
            """
            update carillon_app.queue_service set name = coalesce(:name, name),
              prefix = coalesce(:prefix, prefix), status = coalesce(:status, status),
              handling_seconds = coalesce(cast(:seconds as integer), handling_seconds)
             where tenant_id = :tenant and id = cast(:id as bigint)
            returning
            """
                    + COLUMNS)
    QueueService edit(
            String tenant,
            long id,
            @Nullable String name,
            @Nullable String prefix,
            @Nullable String status,
            @Nullable Integer seconds);

    /// @return whether a counter or a ticket names it
    @Query(
            """
            select exists (select from carillon_app.queue_counter
               where tenant_id = :tenant and service_ids @> array[cast(:service as bigint)])
             or exists (select from carillon_app.queue_ticket
               where tenant_id = :tenant and service_id = cast(:service as bigint))
            """)
    boolean used(String tenant, long service);

    @Query(
            "delete from carillon_app.queue_service where tenant_id = :tenant and id = cast(:id as"
                    + " bigint)")
    long delete(String tenant, long id);
}
