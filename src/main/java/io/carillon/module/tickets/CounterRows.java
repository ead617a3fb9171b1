package io.carillon.module.tickets;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// Statements of `carillon_app.queue_counter`. Each names the tenant. Lists of services come as
/// `{1,2}`.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface CounterRows extends GenericRepository<QueueCounter, String> {
    /// The row as its events tell it.
    String COLUMNS =
            """
            cast(id as text) as id, tenant_id, name, cast(service_ids as text[]) as service_ids,
            operator, status, version, carillon_app.told(created_at) as created_at,
            carillon_app.told(updated_at) as updated_at
            """;

    /// One row.
    String ONE =
            " from carillon_app.queue_counter where tenant_id = :tenant and id = cast(:id as"
                    + " bigint)";

    /// @param after rows with larger ids
    /// @param most how many
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.queue_counter
                    where tenant_id = :tenant and queue_counter.id > :after
                    order by queue_counter.id limit :most
                    """)
    List<QueueCounter> page(String tenant, long after, int most);

    @Query("select " + COLUMNS + ONE)
    Optional<QueueCounter> one(String tenant, long id);

    /// Others who edit it, or call to it, wait until this transaction is over.
    @Query("select " + COLUMNS + ONE + " for update")
    Optional<QueueCounter> locked(String tenant, long id);

    @Query(
            """
            insert into carillon_app.queue_counter (tenant_id, name, service_ids, operator, status)
            values (:tenant, :name, cast(:services as bigint[]), :operator, :status)
            returning
            """
                    + COLUMNS)
    QueueCounter insert(
            String tenant, String name, String services, @Nullable String operator, String status);

    @Query(
            """
            update carillon_app.queue_counter set name = :name,
              service_ids = cast(:services as bigint[]), operator = :operator, status = :status
             where tenant_id = :tenant and id = cast(:id as bigint)
            returning
            """
                    + COLUMNS)
    QueueCounter edit(
            String tenant,
            long id,
            String name,
            String services,
            @Nullable String operator,
            String status);

    /// Whoever deletes one of them waits until this transaction is over.
    ///
    /// @return how many of them are services of the tenant
    @Query(
            """
            select count(*) from (
              select from carillon_app.queue_service
               where tenant_id = :tenant and queue_service.id = any (cast(:services as bigint[]))
               for key share) kept
            """)
    long services(String tenant, String services);

    @Query(
            "delete from carillon_app.queue_counter where tenant_id = :tenant and id = cast(:id as"
                    + " bigint)")
    long delete(String tenant, long id);
}
