package io.carillon.module.chat;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// Members, how far they have come, and their typing. Each statement names the tenant.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface MemberRows extends GenericRepository<Member, String> {
    String IN =
            """
            select m.tenant_id, cast(m.conversation_id as text) as conversation_id, m.user_id,
                   m.user_name, m.role, carillon_app.told(m.joined_at) as joined_at,
                   r.delivered_position, r.read_position
              from carillon_app.member m
              join carillon_app.receipt r on r.tenant_id = m.tenant_id
               and r.conversation_id = m.conversation_id and r.user_id = m.user_id
             where m.tenant_id = :tenant and m.conversation_id = cast(:id as bigint)
            """;

    /// One row of any of the member's tables.
    String ONE =
            " where tenant_id = :tenant and conversation_id = cast(:id as bigint)"
                    + " and user_id = :user";

    /// @param after members whose ids come later; empty from the first
    @Query(IN + " and m.user_id > :after order by m.user_id limit :most")
    List<Member> page(String tenant, long id, String after, int most);

    @Query(IN + " and m.user_id = :user")
    Optional<Member> one(String tenant, long id, String user);

    @Query(
            "select count(*) from carillon_app.member where tenant_id = :tenant"
                    + " and conversation_id = cast(:id as bigint)")
    int count(String tenant, long id);

    /// @return how many were added: none who is in it already
    @Query(
            """
            insert into carillon_app.member (tenant_id, conversation_id, user_id, user_name, role)
            values (:tenant, cast(:id as bigint), :user, :name, :role) on conflict do nothing
            """)
    long insert(String tenant, long id, String user, String name, String role);

    @Query("update carillon_app.member set role = :role" + ONE)
    long promote(String tenant, long id, String user, String role);

    /// What the token calls the user counts, not what the one said who added the user.
    @Query("update carillon_app.member set user_name = :name" + ONE + " and user_name <> :name")
    long rename(String tenant, long id, String user, String name);

    @Query("delete from carillon_app.member" + ONE)
    long delete(String tenant, long id, String user);

    /// Gives a conversation without an owner the member who is there longest.
    @Query(
            """
            update carillon_app.member m set role = 'owner'
             where m.tenant_id = :tenant and m.conversation_id = cast(:id as bigint)
               and m.user_id = (select o.user_id from carillon_app.member o
                                 where o.tenant_id = :tenant
                                   and o.conversation_id = cast(:id as bigint)
                                 order by o.joined_at, o.user_id limit 1)
               and not exists (select from carillon_app.member o
                                where o.tenant_id = :tenant
                                  and o.conversation_id = cast(:id as bigint)
                                  and o.role = 'owner')
            """)
    long inherit(String tenant, long id);

    /// Forward only. Reading counts what is unread from then on.
    @Query(
            """
            update carillon_app.receipt r
               set delivered_position = greatest(r.delivered_position, :upTo), read_position = :upTo,
                   unread = (select count(*) from carillon_app.message m
                              where m.tenant_id = r.tenant_id
                                and m.conversation_id = r.conversation_id and m.position > :upTo
                                and m.author <> r.user_id and m.deleted_at is null)
             where r.tenant_id = :tenant and r.conversation_id = cast(:id as bigint)
               and r.user_id = :user and r.read_position < :upTo
            """)
    long read(String tenant, long id, String user, int upTo);

    @Query(
            "update carillon_app.receipt set delivered_position = :upTo"
                    + ONE
                    + " and delivered_position < :upTo")
    long delivered(String tenant, long id, String user, int upTo);

    /// In all the user's conversations, whose rows are locked.
    ///
    /// @return in how many there was something to deliver
    @Query(
            """
            update carillon_app.receipt r set delivered_position = c.messages
              from carillon_app.conversation c
             where r.tenant_id = :tenant and r.user_id = :user and c.tenant_id = r.tenant_id
               and c.id = r.conversation_id and c.messages > r.delivered_position
            """)
    long deliveredAll(String tenant, String user);

    /// @param stands milliseconds
    /// @return whether it was told
    @Query("select carillon_app.start_typing(:tenant, cast(:id as bigint), :user, :stands)")
    boolean startTyping(String tenant, long id, String user, int stands);

    @Query("select carillon_app.stop_typing(:tenant, cast(:id as bigint), :user)")
    boolean stopTyping(String tenant, long id, String user);

    /// @return what the tenant's conversations call the user; null when in none
    @Query(
            "select max(m.user_name) from carillon_app.member m where m.tenant_id = :tenant"
                    + " and m.user_id = :user")
    @Nullable String knownAs(String tenant, String user);
}
