package io.carillon.module.approvals;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The table's statements. Each names the tenant; row security would hide other tenants' rows if
/// one did not.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ApprovalRows extends GenericRepository<Approval, String> {
    /// The row as its events tell it.
    String COLUMNS =
            """
            cast(id as text) as id, tenant_id, title, details, kind, status, requested_by,
            agent_id, decider_role, carillon_app.told(expires_at) as expires_at, decided_by,
            carillon_app.told(decided_at) as decided_at, comment, version,
            carillon_app.told(created_at) as created_at,
            carillon_app.told(updated_at) as updated_at
            """;

    /// One row. The parameter `id` would have the type of the member of that name: text.
    String ONE =
            " from carillon_app.approval where tenant_id = :tenant and id = cast(:id as bigint)";

    /// One row that may be edited, decided, withdrawn.
    String PENDING =
            """
             where tenant_id = :tenant and id = cast(:id as bigint) and status = 'pending'
               and (expires_at is null or expires_at > clock_timestamp())
            """;

    /// @param before rows with smaller ids
    /// @param most how many
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.approval
                    where tenant_id = :tenant and approval.id < :before
                      and (cast(:status as text) is null or status = :status)
                    order by approval.id desc limit :most
                    """)
    List<Approval> page(String tenant, @Nullable String status, long before, int most);

    @Query("select " + COLUMNS + ONE)
    Optional<Approval> one(String tenant, long id);

    /// Others wait until this transaction is over.
    @Query("select " + COLUMNS + ONE + " for update")
    Optional<Approval> locked(String tenant, long id);

    @Query(
            """
            insert into carillon_app.approval (tenant_id, title, details, kind, requested_by,
              agent_id, decider_role, expires_at)
            values (:tenant, :title, :details, :kind, :requestedBy, :agentId, :deciderRole,
              cast(:expiresAt as timestamptz))
            returning
            """
                    + COLUMNS)
    Approval insert(
            String tenant,
            String title,
            String details,
            String kind,
            @Nullable String requestedBy,
            @Nullable String agentId,
            @Nullable String deciderRole,
            @Nullable Instant expiresAt);

    /// What is null stays.
    ///
    /// @return null when it is not pending any more
    @Query(
            """
            update carillon_app.approval set title = coalesce(:title, title),
              details = coalesce(:details, details),
              expires_at = coalesce(cast(:expiresAt as timestamptz), expires_at)
            """
                    + PENDING
                    + " returning "
                    + COLUMNS)
    @Nullable Approval edit(
            String tenant,
            long id,
            @Nullable String title,
            @Nullable String details,
            @Nullable Instant expiresAt);

    /// @return null when it is not pending any more
    @Query(
            """
            update carillon_app.approval set status = :status, decided_by = :decidedBy,
              decided_at = clock_timestamp(), comment = :comment
            """
                    + PENDING
                    + " returning "
                    + COLUMNS)
    @Nullable Approval decide(
            String tenant,
            long id,
            String status,
            @Nullable String decidedBy,
            @Nullable String comment);

    /// @return 0 when it is not pending any more
    @Query("delete from carillon_app.approval" + PENDING)
    long delete(String tenant, long id);
}
