package io.carillon.module.studio;

import io.carillon.module.Refused;
import io.micronaut.json.JsonMapper;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Statements on `carillon_app.studio_state`, `studio_run` and `studio_event`, which hold JSON.
/// Each names the tenant. Inside a transaction of [io.carillon.module.Store] only.
@Singleton
final class StateRows {
    private static final String LOCKED =
            """
            select s.streaming, s.run, s.next_window, s.detectors, exists (
                select from carillon_app.studio_watch w
                 where w.tenant_id = s.tenant_id and w.watched_until > clock_timestamp())
              from carillon_app.studio_state s where s.tenant_id = ? and s.studio_id = ?
               for update of s
            """;

    private static final String SAVED =
            """
            update carillon_app.studio_state set streaming = true, run = ?, next_window = ?,
              heard_at = clock_timestamp(), sampled_until = ?, level = coalesce(?::jsonb, level),
              silence_since = ?, clipping_since = ?, detectors = ?::jsonb
             where tenant_id = ? and studio_id = ?
            """;

    private static final String EVENTS =
            """
            select jsonb_build_object('id', e.id::text, 'type', e.type, 'studio', e.studio_id,
                'at', e.at, 'details', e.details)
              from carillon_app.studio_event e
             where e.tenant_id = ? and e.studio_id = ? and e.id < ?
               and (?::text is null or e.type = ?)
             order by e.id desc limit ?
            """;

    private static final String STATUSES =
            """
            select carillon_app.studio_status(s) from carillon_app.studio_state s
             where s.tenant_id = ? and s.studio_id > ? order by s.studio_id limit ?
            """;

    private static final String STATUS =
            """
            select carillon_app.studio_status(s) from carillon_app.studio_state s
             where s.tenant_id = ? and s.studio_id = ?
            """;

    private final JsonMapper json;

    StateRows(JsonMapper json) {
        this.json = json;
    }

    /// A studio's row, locked until the transaction ends: whatever happens to a studio happens one
    /// after the other, on all nodes.
    ///
    /// @param streaming whether samples come
    /// @param run the probe's
    /// @param next the window that is expected next
    /// @param detectors null when no stream runs
    /// @param watched whether somebody on any node follows channel `status`
    record State(
            boolean streaming,
            @Nullable String run,
            long next,
            @Nullable Detectors detectors,
            boolean watched) {}

    State locked(Connection connection, String tenant, String studio) throws SQLException {
        try (var statement = prepared(connection, LOCKED, tenant, studio);
                var rows = statement.executeQuery()) {
            if (!rows.next()) {
                throw Refused.missing("studio");
            }
            var kept = rows.getString(4);
            return new State(
                    rows.getBoolean(1),
                    rows.getString(2),
                    rows.getLong(3),
                    kept == null ? null : parsed(kept, Detectors.class),
                    rows.getBoolean(5));
        }
    }

    /// After a batch.
    void save(
            Connection connection,
            String tenant,
            Batch batch,
            @Nullable AudioLevel level,
            Detectors detectors)
            throws SQLException {
        execute(
                connection,
                SAVED,
                batch.run(),
                batch.next(),
                detectors.until(),
                level == null ? null : text(level),
                detectors.silence().since(),
                detectors.clipping().since(),
                text(detectors),
                tenant,
                batch.studio());
    }

    /// @return whether another run has taken this one's place
    boolean replaced(Connection connection, String tenant, String studio, String run)
            throws SQLException {
        var sql =
                "select from carillon_app.studio_run"
                        + " where tenant_id = ? and studio_id = ? and run = ?";
        try (var statement = prepared(connection, sql, tenant, studio, run);
                var rows = statement.executeQuery()) {
            return rows.next();
        }
    }

    /// From now on nothing of this run counts.
    void replace(Connection connection, String tenant, String studio, String run)
            throws SQLException {
        var sql =
                "insert into carillon_app.studio_run (tenant_id, studio_id, run) values (?, ?, ?)";
        execute(connection, sql, tenant, studio, run);
    }

    /// Starts the session of a stream, unless one is active.
    void startSession(Connection connection, String tenant, String studio, String user, Instant at)
            throws SQLException {
        var sql =
                "insert into carillon_app.studio_session"
                        + " (tenant_id, studio_id, title, cause, started_by, started_at)"
                        + " select tenant_id, id, name, 'stream', ?, ? from carillon_app.studio"
                        + " where tenant_id = ? and id = ? on conflict do nothing";
        execute(connection, sql, user, at, tenant, studio);
    }

    void endStream(Connection connection, String tenant, String studio) throws SQLException {
        try (var statement =
                prepared(connection, "select carillon_app.end_stream(?, ?)", tenant, studio)) {
            statement.execute();
        }
    }

    /// @return the row, as its event tells it
    StudioEvent insert(Connection connection, String tenant, String studio, Finding finding)
            throws SQLException {
        var sql =
                "insert into carillon_app.studio_event (tenant_id, studio_id, type, at, details)"
                        + " values (?, ?, ?, ?, ?::jsonb) returning jsonb_build_object('id',"
                        + " id::text, 'type', type, 'studio', studio_id, 'at', at, 'details',"
                        + " details)";
        var details = text(finding.details());
        return list(
                        connection,
                        StudioEvent.class,
                        sql,
                        tenant,
                        studio,
                        finding.type(),
                        finding.at(),
                        details)
                .getFirst();
    }

    /// @return whether there is such a studio
    boolean listeners(Connection connection, String tenant, String studio, int count)
            throws SQLException {
        var sql =
                "update carillon_app.studio_state set listeners = ?"
                        + " where tenant_id = ? and studio_id = ?";
        return execute(connection, sql, count, tenant, studio) == 1;
    }

    /// @return whether there is such a studio
    boolean track(Connection connection, String tenant, String studio, StudioStatus.Track track)
            throws SQLException {
        var sql =
                "update carillon_app.studio_state set track = ?::jsonb"
                        + " where tenant_id = ? and studio_id = ?";
        return execute(connection, sql, text(track), tenant, studio) == 1;
    }

    List<StudioEvent> events(
            Connection connection,
            String tenant,
            String studio,
            @Nullable String type,
            long before,
            int most)
            throws SQLException {
        return list(
                connection, StudioEvent.class, EVENTS, tenant, studio, before, type, type, most);
    }

    List<StudioStatus> statuses(Connection connection, String tenant, String after, int most)
            throws SQLException {
        return list(connection, StudioStatus.class, STATUSES, tenant, after, most);
    }

    StudioStatus status(Connection connection, String tenant, String studio) throws SQLException {
        var found = list(connection, StudioStatus.class, STATUS, tenant, studio);
        if (found.isEmpty()) {
            throw Refused.missing("studio");
        }
        return found.getFirst();
    }

    private <T> List<T> list(
            Connection connection, Class<T> type, String sql, @Nullable Object... values)
            throws SQLException {
        try (var statement = prepared(connection, sql, values);
                var rows = statement.executeQuery()) {
            var found = new ArrayList<T>();
            while (rows.next()) {
                found.add(parsed(rows.getString(1), type));
            }
            return found;
        }
    }

    private static int execute(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        try (var statement = prepared(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepared(
            Connection connection, String sql, @Nullable Object... values) throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (var index = 0; index < values.length; index++) {
            var value = values[index];
            statement.setObject(
                    index + 1, value instanceof Instant at ? at.atOffset(ZoneOffset.UTC) : value);
        }
        return statement;
    }

    private <T> T parsed(String text, Class<T> type) {
        try {
            return Objects.requireNonNull(json.readValue(text, type));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
