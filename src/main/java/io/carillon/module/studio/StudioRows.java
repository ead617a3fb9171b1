package io.carillon.module.studio;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// The studios' statements. Each names the tenant.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface StudioRows extends GenericRepository<Studio, String> {
    /// The row as its events tell it.
    String COLUMNS =
            """
            id, tenant_id, name, created_by, version,
            carillon_app.told(created_at) as created_at,
            carillon_app.told(updated_at) as updated_at
            """;

    /// One row.
    String ONE = " from carillon_app.studio where tenant_id = :tenant and id = :id";

    /// @param after rows with greater ids; empty for all
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.studio where tenant_id = :tenant and id > :after
                    order by id limit :most
                    """)
    List<Studio> page(String tenant, String after, int most);

    @Query("select " + COLUMNS + ONE)
    Optional<Studio> one(String tenant, String id);

    /// Others wait until this transaction is over.
    @Query("select " + COLUMNS + ONE + " for update")
    Optional<Studio> locked(String tenant, String id);

    /// @return null when there is one with this id
    @Query(
            """
            insert into carillon_app.studio (tenant_id, id, name, created_by)
            values (:tenant, :id, :name, :createdBy)
            on conflict do nothing returning
            """
                    + COLUMNS)
    @Nullable Studio insert(String tenant, String id, String name, String createdBy);

    @Query(
            """
            update carillon_app.studio set name = :name where tenant_id = :tenant and id = :id
            returning
            """
                    + COLUMNS)
    Studio rename(String tenant, String id, String name);

    @Query("delete from carillon_app.studio where tenant_id = :tenant and id = :id")
    long delete(String tenant, String id);
}
