package io.carillon.module.tickets;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// Statements of `carillon_app.queue_screen` and `queue_setting`. Each names the tenant.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ScreenRows extends GenericRepository<QueueScreen, String> {
    /// The row as its events tell it.
    String COLUMNS =
            """
            cast(id as text) as id, tenant_id, name, kind, status, paired_by, version,
            carillon_app.told(created_at) as created_at,
            carillon_app.told(updated_at) as updated_at
            """;

    /// One row.
    String ONE =
            " from carillon_app.queue_screen where tenant_id = :tenant and id = cast(:id as"
                    + " bigint)";

    /// @param before rows with smaller ids
    /// @param most how many
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.queue_screen
                    where tenant_id = :tenant and queue_screen.id < :before
                    order by queue_screen.id desc limit :most
                    """)
    List<QueueScreen> page(String tenant, long before, int most);

    @Query("select " + COLUMNS + ONE)
    Optional<QueueScreen> one(String tenant, long id);

    @Query(
            """
            insert into carillon_app.queue_screen (tenant_id, name, kind, paired_by)
            values (:tenant, :name, :kind, :who)
            returning
            """
                    + COLUMNS)
    QueueScreen insert(String tenant, String name, String kind, String who);

    /// @return null when it is revoked already, or not there
    @Query(
            """
            update carillon_app.queue_screen set status = 'revoked', key_hash = null, key_at = null
             where tenant_id = :tenant and id = cast(:id as bigint) and status <> 'revoked'
            returning
            """
                    + COLUMNS)
    @Nullable QueueScreen revoke(String tenant, long id);

    /// Gives it a key, or another one.
    ///
    /// @return null when it was revoked meanwhile
    @Query(
            """
            update carillon_app.queue_screen set status = 'paired', key_hash = :hash,
              key_at = clock_timestamp()
             where tenant_id = :tenant and id = cast(:id as bigint) and status <> 'revoked'
            returning
            """
                    + COLUMNS)
    @Nullable QueueScreen pair(String tenant, long id, byte[] hash);
}
