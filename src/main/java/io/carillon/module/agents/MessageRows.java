package io.carillon.module.agents;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import java.util.List;

/// What agents said.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface MessageRows extends GenericRepository<AgentMessage, String> {
    /// The row as its event tells it.
    String COLUMNS =
            """
            cast(id as text) as id, agent_id, text, level, carillon_app.told(created_at) as at
            """;

    /// @param before rows with smaller ids
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.agent_message
                    where tenant_id = :tenant and agent_id = :agent and agent_message.id < :before
                    order by agent_message.id desc limit :most
                    """)
    List<AgentMessage> page(String tenant, String agent, long before, int most);

    @Query(
            """
            insert into carillon_app.agent_message (tenant_id, agent_id, text, level)
            values (:tenant, :agent, :text, :level)
            returning
            """
                    + COLUMNS)
    AgentMessage insert(String tenant, String agent, String text, String level);
}
