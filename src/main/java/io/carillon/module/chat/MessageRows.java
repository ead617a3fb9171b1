package io.carillon.module.chat;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// The table's statements. Each names the tenant.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface MessageRows extends GenericRepository<Message, String> {
    String COLUMNS =
            """
            cast(m.id as text) as id, m.tenant_id, cast(m.conversation_id as text)
              as conversation_id, m.position, m.author, m.author_name, m.text,
            carillon_app.message_status(m.tenant_id, m.conversation_id, m.author, m.position)
              as status,
            m.version, carillon_app.told(m.created_at) as created_at,
            carillon_app.told(m.edited_at) as edited_at,
            carillon_app.told(m.deleted_at) as deleted_at
            """;

    /// @param before messages at smaller positions
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.message m
                    where m.tenant_id = :tenant
                      and m.conversation_id = cast(:conversation as bigint)
                      and m.position < :before
                    order by m.position desc limit :most
                    """)
    List<Message> page(String tenant, long conversation, int before, int most);

    /// @param after messages at larger positions
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.message m
                    where m.tenant_id = :tenant
                      and m.conversation_id = cast(:conversation as bigint)
                      and m.position > :after
                    order by m.position limit :most
                    """)
    List<Message> since(String tenant, long conversation, int after, int most);

    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.message m
                    where m.tenant_id = :tenant and m.id = cast(:id as uuid)
                      and m.conversation_id = cast(:conversation as bigint)
                    """)
    Optional<Message> one(String tenant, long conversation, String id);

    /// @return whether this very message was sent before; null when the id is new
    @Query(
            """
            select m.conversation_id = cast(:conversation as bigint) and m.author = :sender
                     and m.sent = sha256(convert_to(:words, 'UTF8'))
              from carillon_app.message m
             where m.tenant_id = :tenant and m.id = cast(:id as uuid)
            """)
    @Nullable Boolean sent(
            String tenant, long conversation, String id, String sender, String words);

    /// @return null when the id is taken, by a message of another conversation
    @Query(
            """
            insert into carillon_app.message as m (tenant_id, id, conversation_id, author,
              author_name, text)
            values (:tenant, cast(:id as uuid), cast(:conversation as bigint), :sender, :name,
              :words)
            on conflict (tenant_id, id) do nothing
            returning
            """
                    + COLUMNS)
    @Nullable Message insert(
            String tenant, long conversation, String id, String sender, String name, String words);

    @Query(
            """
            update carillon_app.message as m set text = :words
             where m.tenant_id = :tenant and m.id = cast(:id as uuid)
            returning
            """
                    + COLUMNS)
    Message edit(String tenant, String id, String words);

    /// Its place stays.
    @Query(
            """
            update carillon_app.message set text = '', deleted_at = clock_timestamp()
             where tenant_id = :tenant and id = cast(:id as uuid) and deleted_at is null
            """)
    long delete(String tenant, String id);
}
