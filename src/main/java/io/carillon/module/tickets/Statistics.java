package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.database.Reading;
import io.carillon.identity.Principal;
import io.carillon.module.Store;
import io.micronaut.serde.annotation.Serdeable;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Counts of one day, by service and all together. Blocks.
@Singleton
final class Statistics {
    private static final String COUNTS =
            """
            select service_id, coalesce(cast(? as date), carillon_app.queue_day(?)) as day,
              count(*) as taken,
              count(*) filter (where status = 'in_queue') as waiting,
              count(*) filter (where status in ('called', 'in_progress')) as serving,
              count(*) filter (where status = 'completed') as served,
              count(*) filter (where status = 'no_show') as no_show,
              count(*) filter (where status = 'cancelled') as cancelled,
              round(avg(extract(epoch from first_called_at - queued_at))
                filter (where first_called_at is not null))::bigint as average_wait,
              round(avg(extract(epoch from ended_at - started_at))
                filter (where status = 'completed'))::bigint as average_handling
             from carillon_app.queue_ticket
            where tenant_id = ? and day = coalesce(cast(? as date), carillon_app.queue_day(?))
            group by grouping sets ((service_id), ()) order by service_id nulls first
            """;

    private final Store store;

    Statistics(Store store) {
        this.store = store;
    }

    /// @param serviceId null for all services together
    /// @param averageWait seconds from taking a ticket to its first call; null without one
    /// @param averageHandling seconds that serving took; null without one
    @Serdeable
    record Counts(
            @JsonProperty("service_id") @Nullable String serviceId,
            int taken,
            int waiting,
            int serving,
            int served,
            @JsonProperty("no_show") int noShow,
            int cancelled,
            @JsonProperty("average_wait_seconds") @Nullable Long averageWait,
            @JsonProperty("average_handling_seconds") @Nullable Long averageHandling) {}

    /// @param all services together
    /// @param services each that had tickets
    @Serdeable
    record Day(String day, Counts all, List<Counts> services) {}

    Reading<Day> of(Principal who, @Nullable String day) {
        return store.read(who, connection -> read(connection, who.tenant(), day));
    }

    private static Day read(Connection connection, String tenant, @Nullable String day)
            throws SQLException {
        try (var statement = connection.prepareStatement(COUNTS)) {
            statement.setString(1, day);
            statement.setString(2, tenant);
            statement.setString(3, tenant);
            statement.setString(4, day);
            statement.setString(5, tenant);
            try (var rows = statement.executeQuery()) {
                // The grouping without a service has a row even when there are no tickets.
                rows.next();
                var date = rows.getString("day");
                var all = counts(rows);
                var services = new ArrayList<Counts>();
                while (rows.next()) {
                    services.add(counts(rows));
                }
                return new Day(date, all, services);
            }
        }
    }

    private static Counts counts(ResultSet row) throws SQLException {
        return new Counts(
                row.getString("service_id"),
                row.getInt("taken"),
                row.getInt("waiting"),
                row.getInt("serving"),
                row.getInt("served"),
                row.getInt("no_show"),
                row.getInt("cancelled"),
                row.getObject("average_wait", Long.class),
                row.getObject("average_handling", Long.class));
    }
}
