package io.carillon.module.agents;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// The agents' statements. Each names the tenant.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface AgentRows extends GenericRepository<Agent, String> {
    /// The row as its events tell it.
    String COLUMNS =
            """
            id, tenant_id, name, kind, status, silent_after, registered_by, version,
            carillon_app.told(created_at) as created_at,
            carillon_app.told(updated_at) as updated_at
            """;

    /// One row.
    String ONE = " from carillon_app.agent where tenant_id = :tenant and id = :id";

    /// @param after rows with greater ids; empty for all
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.agent
                    where tenant_id = :tenant and id > :after
                      and (cast(:status as text) is null or status = :status)
                    order by id limit :most
                    """)
    List<Agent> page(String tenant, @Nullable String status, String after, int most);

    @Query("select " + COLUMNS + ONE)
    Optional<Agent> one(String tenant, String id);

    /// Others wait until this transaction is over.
    @Query("select " + COLUMNS + ONE + " for update")
    Optional<Agent> locked(String tenant, String id);

    /// @return null when there is one with this id
    @Query(
            """
            insert into carillon_app.agent (tenant_id, id, name, kind, silent_after, registered_by)
            values (:tenant, :id, :name, :kind, :silentAfter, :registeredBy)
            on conflict do nothing returning
            """
                    + COLUMNS)
    @Nullable Agent insert(
            String tenant,
            String id,
            String name,
            String kind,
            int silentAfter,
            @Nullable String registeredBy);

    /// What is null stays.
    @Query(
            """
            update carillon_app.agent set name = coalesce(cast(:name as text), name),
              kind = coalesce(cast(:kind as text), kind),
              silent_after = coalesce(cast(:silent as integer), silent_after)
             where tenant_id = :tenant and id = :id
            returning
            """
                    + COLUMNS)
    Agent edit(
            String tenant,
            String id,
            @Nullable String name,
            @Nullable String kind,
            @Nullable Integer silent);

    /// A sign of life: who was offline is online again unless it says otherwise.
    @Query(
            """
            update carillon_app.agent set last_seen_at = clock_timestamp(),
              status = coalesce(cast(:said as text),
                case when status = 'offline' then 'online' else status end)
             where tenant_id = :tenant and id = :id
            returning
            """
                    + COLUMNS)
    Agent seen(String tenant, String id, @Nullable String said);

    @Query("delete from carillon_app.agent where tenant_id = :tenant and id = :id")
    long delete(String tenant, String id);
}
