package io.carillon.module.tickets;

import io.carillon.database.Database;
import io.carillon.database.Reading;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads the whole queue of a tenant: five statements in one snapshot. Blocks.
///
/// A snapshot names up to 200 services and counters, the first 1,000 who wait (the services tell
/// how many there are), and the last 10 calls that are over.
@Singleton
final class SnapshotReader {
    private static final String SERVICES =
            """
            select s.id, s.name, s.prefix, s.status, s.handling_seconds,
              (select count(*) from carillon_app.queue_counter c
                where c.tenant_id = s.tenant_id and c.status = 'open'
                  and (c.service_ids = '{}' or s.id = any (c.service_ids))) as counters,
              (select count(*) from carillon_app.queue_ticket t
                where t.tenant_id = s.tenant_id and t.service_id = s.id
                  and t.status = 'in_queue') as waiting,
              (select count(*) from carillon_app.queue_ticket t
                where t.tenant_id = s.tenant_id and t.service_id = s.id
                  and t.counter_id is not null and t.status in ('called', 'in_progress')) as busy
             from carillon_app.queue_service s where s.tenant_id = ? order by s.id limit 200
            """;
    private static final String COUNTERS =
            """
            select id, name, status, service_ids::text[] as service_ids, operator
             from carillon_app.queue_counter where tenant_id = ? order by id limit 200
            """;
    private static final String LINE =
            """
            select id, code, ticket_number, service_id, priority, customer_name,
              carillon_app.told(queued_at) as queued_at,
              row_number() over (partition by service_id order by priority desc, queued_at, id)
                as position
             from carillon_app.queue_ticket where tenant_id = ? and status = 'in_queue'
            order by position, service_id limit 1000
            """;
    private static final String CALL =
            """
            select t.id, t.code, t.ticket_number, t.service_id, t.status, t.counter_id,
              c.name as counter, t.calls, carillon_app.told(t.called_at) as called_at,
              t.customer_name
             from carillon_app.queue_ticket t left join carillon_app.queue_counter c
               on c.tenant_id = t.tenant_id and c.id = t.counter_id
            where t.tenant_id = ?
            """;
    private static final String SERVING =
            CALL
                    + " and t.counter_id is not null and t.status in ('called', 'in_progress')"
                    + " order by t.called_at desc limit 200";
    private static final String BEFORE =
            CALL
                    + " and t.day = carillon_app.queue_day(t.tenant_id) and t.called_at is not null"
                    + " and t.status not in ('called', 'in_progress')"
                    + " order by t.called_at desc limit 10";
    private static final String PLACE =
            """
            select 1 + (select count(*) from carillon_app.queue_ticket o
                where o.tenant_id = t.tenant_id and o.service_id = t.service_id
                  and o.status = 'in_queue'
                  and (-o.priority, o.queued_at, o.id) < (-t.priority, t.queued_at, t.id))
             from carillon_app.queue_ticket t
            where t.tenant_id = ? and t.id = ? and t.status = 'in_queue'
            """;

    private final Database database;

    SnapshotReader(Database database) {
        this.database = database;
    }

    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    Reading<QueueSnapshot> read(String tenant) {
        return database.readAt(
                tenant,
                connection -> {
                    var services = services(connection, tenant);
                    var byId = new HashMap<String, QueueSnapshot.Service>();
                    services.forEach(one -> byId.put(one.id(), one));
                    return new QueueSnapshot(
                            services,
                            list(connection, COUNTERS, tenant, SnapshotReader::counter),
                            list(connection, LINE, tenant, row -> waiting(row, byId)),
                            list(connection, SERVING, tenant, SnapshotReader::called),
                            list(connection, BEFORE, tenant, SnapshotReader::called),
                            null);
                });
    }

    /// Within a transaction.
    List<QueueSnapshot.Service> services(Connection connection, String tenant) throws SQLException {
        return list(connection, SERVICES, tenant, SnapshotReader::service);
    }

    /// Within a transaction.
    ///
    /// @return 1 for who is next; 0 for who does not wait
    int position(Connection connection, String tenant, long ticket) throws SQLException {
        try (var statement = connection.prepareStatement(PLACE)) {
            statement.setString(1, tenant);
            statement.setLong(2, ticket);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    private static <T> List<T> list(
            Connection connection, String sql, String tenant, Row<? extends T> row)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            try (var rows = statement.executeQuery()) {
                var list = new ArrayList<T>();
                while (rows.next()) {
                    list.add(row.read(rows));
                }
                return list;
            }
        }
    }

    private static QueueSnapshot.Service service(ResultSet row) throws SQLException {
        var handling = row.getInt("handling_seconds");
        var waiting = row.getInt("waiting");
        var counters = row.getInt("counters");
        var busy = row.getInt("busy");
        return new QueueSnapshot.Service(
                row.getString("id"),
                row.getString("name"),
                row.getString("prefix"),
                row.getString("status"),
                handling,
                waiting,
                counters,
                busy,
                QueueSnapshot.wait(waiting + 1, busy, counters, handling));
    }

    private static QueueSnapshot.Counter counter(ResultSet row) throws SQLException {
        return new QueueSnapshot.Counter(
                row.getString("id"),
                row.getString("name"),
                row.getString("status"),
                List.of((String[]) row.getArray("service_ids").getArray()),
                row.getString("operator"));
    }

    private static QueueSnapshot.Waiting waiting(
            ResultSet row, Map<String, QueueSnapshot.Service> services) throws SQLException {
        var service = row.getString("service_id");
        var position = row.getInt("position");
        var of = services.get(service);
        return new QueueSnapshot.Waiting(
                row.getString("id"),
                row.getString("code"),
                row.getInt("ticket_number"),
                service,
                row.getInt("priority"),
                position,
                of == null
                        ? 0
                        : QueueSnapshot.wait(
                                position, of.busy(), of.counters(), of.handlingSeconds()),
                row.getString("queued_at"),
                row.getString("customer_name"));
    }

    private static QueueSnapshot.Called called(ResultSet row) throws SQLException {
        return new QueueSnapshot.Called(
                row.getString("id"),
                row.getString("code"),
                row.getInt("ticket_number"),
                row.getString("service_id"),
                row.getString("status"),
                row.getString("counter_id"),
                row.getString("counter"),
                row.getInt("calls"),
                row.getString("called_at"),
                row.getString("customer_name"));
    }
}
