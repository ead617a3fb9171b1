package io.carillon.module.tickets;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// Statements of `carillon_app.queue_ticket`. Each names the tenant; triggers number, step and
/// tell. What changes a state names the states that it may come from, and gives null where the
/// ticket is in none of them.
@JdbcRepository(dialect = Dialect.POSTGRES)
interface QueueTicketRows extends GenericRepository<QueueTicket, String> {
    /// The row as its events tell it.
    String COLUMNS =
            """
            cast(id as text) as id, tenant_id, cast(service_id as text) as service_id,
            cast(day as text) as day, ticket_number, code, status, priority, customer_name,
            cast(counter_id as text) as counter_id, operator, calls, taken_by,
            carillon_app.told(queued_at) as queued_at,
            carillon_app.told(first_called_at) as first_called_at,
            carillon_app.told(called_at) as called_at,
            carillon_app.told(started_at) as started_at, carillon_app.told(ended_at) as ended_at,
            version, carillon_app.told(created_at) as created_at,
            carillon_app.told(updated_at) as updated_at
            """;

    /// One row.
    String ONE =
            " from carillon_app.queue_ticket where tenant_id = :tenant and id = cast(:id as"
                    + " bigint)";

    /// The start of an update of one row.
    String UPDATE = "update carillon_app.queue_ticket set ";

    /// Its end.
    String OF_ONE = " where tenant_id = :tenant and id = cast(:id as bigint) and status ";

    /// @param before rows with smaller ids
    /// @param most how many
    @Query(
            "select "
                    + COLUMNS
                    + """
                     from carillon_app.queue_ticket
                    where tenant_id = :tenant and queue_ticket.id < :before
                      and (cast(:status as text) is null or status = :status)
                      and (cast(:service as bigint) is null or service_id = cast(:service as bigint))
                    order by queue_ticket.id desc limit :most
                    """)
    List<QueueTicket> page(
            String tenant, @Nullable String status, @Nullable Long service, long before, int most);

    @Query("select " + COLUMNS + ONE)
    Optional<QueueTicket> one(String tenant, long id);

    /// Others who change it wait until this transaction is over.
    @Query("select " + COLUMNS + ONE + " for update")
    Optional<QueueTicket> locked(String tenant, long id);

    @Query(
            """
            insert into carillon_app.queue_ticket (tenant_id, service_id, priority, customer_name,
              taken_by)
            values (:tenant, cast(:service as bigint), :priority, :customer, :who)
            returning
            """
                    + COLUMNS)
    QueueTicket take(
            String tenant, long service, int priority, @Nullable String customer, String who);

    /// The next one, which is this counter's from here on. Tickets that another call has in its
    /// hands are passed over.
    @Query(
            """
            with next as (
              select t.id as next_id from carillon_app.queue_ticket t
               where t.tenant_id = :tenant and t.status = 'in_queue'
                 and (cast(:services as bigint[]) = '{}'
                      or t.service_id = any (cast(:services as bigint[])))
               order by t.priority desc, t.queued_at, t.id limit 1 for update skip locked)
            update carillon_app.queue_ticket set status = 'called',
              counter_id = cast(:counter as bigint), operator = :who
              from next
             where tenant_id = :tenant and id = next.next_id and status = 'in_queue'
            returning
            """
                    + COLUMNS)
    @Nullable QueueTicket callNext(String tenant, String services, long counter, String who);

    @Query(UPDATE + "calls = calls + 1" + OF_ONE + "= 'called' returning " + COLUMNS)
    @Nullable QueueTicket recall(String tenant, long id);

    @Query(UPDATE + "status = 'in_progress'" + OF_ONE + "= 'called' returning " + COLUMNS)
    @Nullable QueueTicket start(String tenant, long id);

    @Query(UPDATE + "status = 'completed'" + OF_ONE + "= 'in_progress' returning " + COLUMNS)
    @Nullable QueueTicket finish(String tenant, long id);

    @Query(UPDATE + "status = 'no_show'" + OF_ONE + "= 'called' returning " + COLUMNS)
    @Nullable QueueTicket noShow(String tenant, long id);

    @Query(
            UPDATE
                    + "status = 'cancelled'"
                    + OF_ONE
                    + "in ('in_queue', 'called') returning "
                    + COLUMNS)
    @Nullable QueueTicket cancel(String tenant, long id);

    /// To the queue of another service, or back into its own.
    @Query(
            UPDATE
                    + "status = 'in_queue', service_id = cast(:service as bigint),"
                    + " priority = coalesce(cast(:rank as integer), priority)"
                    + OF_ONE
                    + "in ('in_queue', 'called', 'in_progress') returning "
                    + COLUMNS)
    @Nullable QueueTicket transfer(String tenant, long id, long service, @Nullable Integer rank);

    /// @return whether somebody is called to, or served at, this counter
    @Query(
            """
            select exists (select from carillon_app.queue_ticket
             where tenant_id = :tenant and counter_id = cast(:counter as bigint)
               and status in ('called', 'in_progress'))
            """)
    boolean busy(String tenant, long counter);

    /// @return whether a ticket names this counter
    @Query(
            """
            select exists (select from carillon_app.queue_ticket
             where tenant_id = :tenant and counter_id = cast(:counter as bigint))
            """)
    boolean served(String tenant, long counter);

    /// @return how many tickets somebody took within the last minute
    @Query(
            """
            select count(*) from carillon_app.queue_ticket
             where tenant_id = :tenant and taken_by = :who
               and created_at > clock_timestamp() - interval '1 minute'
            """)
    long takenLately(String tenant, String who);
}
