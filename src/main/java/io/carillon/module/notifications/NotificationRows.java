package io.carillon.module.notifications;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// The tables' statements. Each names the tenant. A list of roles is never empty: SQL knows no
/// empty list.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface NotificationRows extends GenericRepository<Notification, String> {
    /// The row as its event tells it, and when the user read it.
    String COLUMNS =
            """
            cast(n.id as text) as id, n.tenant_id, n.audience, n.target, n.title, n.body, n.kind,
            n.link, n.created_by, carillon_app.told(n.created_at) as created_at,
            carillon_app.told(r.read_at) as read_at
            """;

    /// What the user may see, with the user's own read marks.
    String VISIBLE =
            """
             from carillon_app.notification n
             left join carillon_app.notification_read r
               on r.tenant_id = n.tenant_id and r.user_id = :user and r.notification_id = n.id
            where n.tenant_id = :tenant
              and (n.audience = 'tenant' or n.audience = 'user' and n.target = :user
                or n.audience = 'role' and n.target in (:roles))
            """;

    /// @param unread whether only what is unread
    /// @param before rows with smaller ids
    @Query(
            "select "
                    + COLUMNS
                    + VISIBLE
                    + """
                      and n.id < :before and (not cast(:unread as boolean) or r.read_at is null)
                    order by n.id desc limit :most
                    """)
    List<Notification> page(
            String tenant, String user, List<String> roles, Boolean unread, long before, int most);

    @Query("select " + COLUMNS + VISIBLE + " and n.id = cast(:id as bigint)")
    Optional<Notification> one(String tenant, String user, List<String> roles, long id);

    /// @param most where counting stops
    @Query(
            "select count(*) from (select 1"
                    + VISIBLE
                    + " and r.read_at is null limit :most) unread")
    int unread(String tenant, String user, List<String> roles, int most);

    @Query(
            """
            insert into carillon_app.notification as n (tenant_id, audience, target, title, body,
              kind, link, created_by)
            values (:tenant, :audience, :target, :title, :body, :kind, :link, :createdBy)
            returning cast(n.id as text) as id, n.tenant_id, n.audience, n.target, n.title, n.body,
              n.kind, n.link, n.created_by, carillon_app.told(n.created_at) as created_at,
              cast(null as text) as read_at
            """)
    Notification insert(
            String tenant,
            String audience,
            @Nullable String target,
            String title,
            String body,
            String kind,
            @Nullable String link,
            @Nullable String createdBy);

    /// Marks what the user may see and has not read; what another device marks at the same moment
    /// is marked once.
    ///
    /// @param only this one; null for all
    /// @param most how many at a time
    /// @return how many were marked here
    @Query(
            "insert into carillon_app.notification_read (tenant_id, user_id, notification_id)"
                    + " select n.tenant_id, :user, n.id"
                    + VISIBLE
                    + """
                      and r.read_at is null
                      and (cast(:only as bigint) is null or n.id = cast(:only as bigint))
                    order by n.id limit :most on conflict do nothing
                    """)
    int read(String tenant, String user, List<String> roles, @Nullable Long only, int most);
}
