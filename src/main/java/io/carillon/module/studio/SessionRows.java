package io.carillon.module.studio;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// The sessions' statements. Each names the tenant; what starts or stops one holds the lock of its
/// studio's state.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface SessionRows extends GenericRepository<StudioSession, String> {
    /// The row as its events tell it.
    String COLUMNS =
            """
            cast(id as text) as id, tenant_id, studio_id, title, cause, started_by,
            carillon_app.told(started_at) as started_at, stopped_by,
            carillon_app.told(stopped_at) as stopped_at, version,
            carillon_app.told(created_at) as created_at,
            carillon_app.told(updated_at) as updated_at
            """;

    /// One row. The parameter `id` would have the type of the member of that name: text.
    String ONE =
            """
             where tenant_id = :tenant and studio_id = :studio and id = cast(:id as bigint)
            """;

    /// @param before rows with smaller ids
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.studio_session
                    where tenant_id = :tenant and studio_id = :studio
                      and studio_session.id < :before
                    order by studio_session.id desc limit :most
                    """)
    List<StudioSession> page(String tenant, String studio, long before, int most);

    @Query("select " + COLUMNS + " from carillon_app.studio_session " + ONE)
    Optional<StudioSession> one(String tenant, String studio, long id);

    /// @return null when the studio has an active session
    @Query(
            """
            insert into carillon_app.studio_session (tenant_id, studio_id, title, started_by)
            values (:tenant, :studio, :title, :startedBy)
            on conflict do nothing returning
            """
                    + COLUMNS)
    @Nullable StudioSession start(
            String tenant, String studio, String title, @Nullable String startedBy);

    /// @return null when it is stopped already
    @Query(
            """
            update carillon_app.studio_session
               set stopped_by = :stoppedBy, stopped_at = greatest(started_at, clock_timestamp())
            """
                    + ONE
                    + " and stopped_at is null returning "
                    + COLUMNS)
    @Nullable StudioSession stop(String tenant, String studio, long id, @Nullable String stoppedBy);

    @Query("update carillon_app.studio_session set title = :title" + ONE + " returning " + COLUMNS)
    StudioSession rename(String tenant, String studio, long id, String title);
}
