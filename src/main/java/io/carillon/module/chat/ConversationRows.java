package io.carillon.module.chat;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// Conversations as one member sees them; whoever is no member finds none. Each statement names the
/// tenant.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ConversationRows extends GenericRepository<Conversation, String> {
    String SEEN =
            """
            select cast(c.id as text) as id, c.tenant_id, c.title, c.created_by, c.last_position,
                   cast(c.last_message_id as text) as last_message_id, c.last_author,
                   c.last_author_name, c.last_text, carillon_app.told(c.active_at) as active_at,
                   c.version, carillon_app.told(c.created_at) as created_at,
                   carillon_app.told(c.updated_at) as updated_at, m.role, r.delivered_position,
                   r.read_position, r.unread
              from carillon_app.member m
              join carillon_app.conversation c on c.tenant_id = m.tenant_id
               and c.id = m.conversation_id
              join carillon_app.receipt r on r.tenant_id = m.tenant_id
               and r.conversation_id = m.conversation_id and r.user_id = m.user_id
             where m.tenant_id = :tenant and m.user_id = :user
            """;

    /// @param before rows that were active before this moment, or at it with a smaller id; null
    ///     from the newest
    @Query(
            SEEN
                    + """
                       and (cast(:before as text) is null or (c.active_at, c.id)
                         < (cast(cast(:before as text) as timestamptz), cast(:than as bigint)))
                     order by c.active_at desc, c.id desc limit :most
                    """)
    List<Conversation> page(
            String tenant, String user, @Nullable String before, long than, int most);

    @Query(SEEN + " and m.conversation_id = cast(:id as bigint)")
    Optional<Conversation> one(String tenant, String user, long id);

    /// Others who write here wait until this transaction is over.
    ///
    /// @return the position of the newest message; null when there is no such conversation
    @Query(
            "select messages from carillon_app.conversation where tenant_id = :tenant"
                    + " and id = cast(:id as bigint) for update")
    @Nullable Integer lock(String tenant, long id);

    /// Locks all conversations of a user, always in the same order.
    @Query(
            """
            select c.messages from carillon_app.conversation c
             where c.tenant_id = :tenant and c.id in (
                     select r.conversation_id from carillon_app.receipt r
                       join carillon_app.conversation k on k.tenant_id = r.tenant_id
                        and k.id = r.conversation_id and k.messages > r.delivered_position
                      where r.tenant_id = :tenant and r.user_id = :user)
             order by c.id for update of c
            """)
    List<Integer> lockUndelivered(String tenant, String user);

    @Query(
            """
            insert into carillon_app.conversation (tenant_id, title, created_by)
            values (:tenant, :title, :createdBy) returning cast(id as text) as id
            """)
    String insert(String tenant, String title, String createdBy);

    @Query(
            "update carillon_app.conversation set title = :title where tenant_id = :tenant"
                    + " and id = cast(:id as bigint)")
    long rename(String tenant, long id, String title);

    @Query(
            "delete from carillon_app.conversation where tenant_id = :tenant"
                    + " and id = cast(:id as bigint)")
    long delete(String tenant, long id);

    /// @return over all the user's conversations
    @Query(
            "select coalesce(sum(r.unread), 0) from carillon_app.receipt r"
                    + " where r.tenant_id = :tenant and r.user_id = :user and r.unread > 0")
    long unread(String tenant, String user);
}
