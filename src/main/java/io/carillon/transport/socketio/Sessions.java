package io.carillon.transport.socketio;

import io.carillon.database.Database;
import io.carillon.database.Writer;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/// The channels of sessions that joined or left some (`carillon.socketio_session`), and the key
/// that signs pids.
///
/// Committed when [#save] returns, so any node finds them, also after a crash of this one or of
/// Postgres. Sessions that live are touched every hour; what nobody touched for a week is deleted
/// as soon as the log does not reach back to it either: until then somebody may come back to it.
/// Blocks on Postgres: call it on [#executor]. Safe for all threads.
@Singleton
final class Sessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final Duration ROUND = Duration.ofHours(1);
    private static final int MOST_AT_ONCE = 500;

    private static final String SAVE =
            """
            insert into carillon.socketio_session as kept
              (id, tenant, user_id, namespace, channels, stint, join_number, join_end)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do update set channels = excluded.channels, stint = excluded.stint,
              join_number = excluded.join_number, join_end = excluded.join_end,
              touched_at = clock_timestamp(), doomed = null
            where kept.stint <= excluded.stint
            """;
    private static final String FIND =
            """
            select clock.micros, kept.id, tenant, user_id, channels, stint, join_number, join_end
            from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros) clock
            left join carillon.socketio_session kept on kept.id = any (?)
            """;
    private static final String TOUCH =
            "update carillon.socketio_session set touched_at = clock_timestamp(), doomed = null"
                    + " where id = any (?)";
    private static final String DOOM =
            """
            update carillon.socketio_session set doomed = pg_snapshot_xmax(pg_current_snapshot()) where id in (
              select id from carillon.socketio_session
              where doomed is null and touched_at < clock_timestamp() - interval '7 days'
              limit 1000 for update skip locked)
            """;
    private static final String SWEEP =
            """
            delete from carillon.socketio_session where id in (
              select id from carillon.socketio_session where doomed <= (select dropped_through from carillon.log_state)
              limit 1000 for update skip locked)
            """;

    private final Database database;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private final Map<UUID, Object> living = new ConcurrentHashMap<>();
    private volatile byte @Nullable [] key;

    Sessions(Database database) {
        this.database = database;
        executor.execute(this::keep);
        executor.execute(this::answer);
    }

    /// @return runs what blocks
    ExecutorService executor() {
        return executor;
    }

    /// @return the key that signs pids, the same on all nodes
    byte[] key() {
        var known = key;
        if (known == null) {
            known = database.read(Sessions::readKey);
            key = known;
        }
        return known;
    }

    private static byte[] readKey(Connection connection) throws SQLException {
        try (var statement =
                        connection.prepareStatement("select secret from carillon.socketio_key");
                var rows = statement.executeQuery()) {
            if (!rows.next()) {
                throw new SQLException(
                        "carillon.socketio_key is empty: put 32 random bytes into it");
            }
            return rows.getBytes(1);
        }
    }

    /// A session's row.
    ///
    /// @param channels all that are followed
    /// @param stint which of the session's connections follows them; larger is later
    /// @param join the last that the client must have received to go on, or null
    record Row(List<String> channels, long stint, Joins.@Nullable Join join) {}

    /// What is known of a session.
    ///
    /// @param row its row, or null when it has none
    /// @param stint for the connection that goes on with it: larger than those before
    record Found(@Nullable Row row, long stint) {}

    /// @param pid whose
    /// @param row what is kept from now on
    /// @return false when a later connection has written it
    boolean save(Pid pid, Row row) {
        var join = row.join();
        return database.write(
                Writer.NODE,
                connection -> {
                    try (var statement = connection.prepareStatement(SAVE)) {
                        statement.setObject(1, pid.session());
                        statement.setString(2, pid.tenant());
                        statement.setString(3, pid.user());
                        statement.setString(4, pid.namespace());
                        var channels = row.channels().toArray();
                        statement.setArray(5, connection.createArrayOf("text", channels));
                        statement.setLong(6, row.stint());
                        statement.setObject(7, join == null ? null : join.number(), Types.BIGINT);
                        statement.setString(8, join == null ? null : join.end());
                        return statement.executeUpdate() == 1;
                    }
                });
    }

    /// Many that ask at the same time are answered with one statement: a storm of clients that come
    /// back must not become a storm in Postgres.
    ///
    /// @param pid verified
    /// @return its row, if it has one
    Found find(Pid pid) {
        var question = new Question(pid, new CompletableFuture<>());
        questions.add(question);
        try {
            return question.answer.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException known ? known : failed;
        }
    }

    private record Question(Pid pid, CompletableFuture<Found> answer) {}

    private void answer() {
        var asked = new ArrayList<Question>();
        try {
            while (true) {
                asked.add(questions.take());
                questions.drainTo(asked, MOST_AT_ONCE - 1);
                answer(asked);
                asked.clear();
            }
        } catch (InterruptedException stopping) {
            asked.addAll(questions);
            asked.forEach(one -> one.answer.cancel(false));
            Thread.currentThread().interrupt();
        }
    }

    private void answer(List<Question> asked) {
        try {
            var ids = asked.stream().map(one -> one.pid.session()).toArray();
            var rows = database.read(connection -> rows(connection, ids));
            asked.forEach(one -> one.answer.complete(rows.of(one.pid)));
        } catch (RuntimeException failed) {
            asked.forEach(one -> one.answer.completeExceptionally(failed));
        }
    }

    private record Owned(String tenant, String user, Row row) {
        boolean belongs(Pid pid) {
            return tenant.equals(pid.tenant()) && user.equals(pid.user());
        }
    }

    private record Rows(long micros, Map<UUID, Owned> byId) {
        Found of(Pid pid) {
            var owned = byId.get(pid.session());
            // Also where the clock has gone back.
            return owned == null || !owned.belongs(pid)
                    ? new Found(null, micros)
                    : new Found(owned.row, Math.max(micros, owned.row.stint() + 1));
        }
    }

    private static Rows rows(Connection connection, Object[] ids) throws SQLException {
        var micros = 0L;
        var found = new HashMap<UUID, Owned>();
        try (var statement = connection.prepareStatement(FIND)) {
            statement.setArray(1, connection.createArrayOf("uuid", ids));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    micros = rows.getLong("micros");
                    var id = rows.getObject("id", UUID.class);
                    if (id != null) {
                        found.put(id, owned(rows));
                    }
                }
            }
        }
        return new Rows(micros, found);
    }

    private static Owned owned(ResultSet row) throws SQLException {
        var end = row.getString("join_end");
        var join = end == null ? null : new Joins.Join(row.getLong("join_number"), end);
        var channels = List.of((String[]) row.getArray("channels").getArray());
        return new Owned(
                row.getString("tenant"),
                row.getString("user_id"),
                new Row(channels, row.getLong("stint"), join));
    }

    /// @param session is followed on this node, and has a row
    /// @param by which connection
    void lives(UUID session, Object by) {
        living.put(session, by);
    }

    /// @param session has ended here, unless another connection has gone on with it
    /// @param by which connection had it
    void ended(UUID session, Object by) {
        living.remove(session, by);
    }

    private void keep() {
        try {
            while (true) {
                Thread.sleep(ROUND);
                round();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is done every hour. A failure is no more than a round left out.
    void round() {
        try {
            var ids = living.keySet().toArray();
            var swept =
                    database.write(
                            Writer.NODE,
                            connection -> {
                                try (var touch = connection.prepareStatement(TOUCH);
                                        var doom = connection.prepareStatement(DOOM);
                                        var sweep = connection.prepareStatement(SWEEP)) {
                                    touch.setArray(1, connection.createArrayOf("uuid", ids));
                                    touch.executeUpdate();
                                    doom.executeUpdate();
                                    return sweep.executeUpdate();
                                }
                            });
            LOG.debug("{} old sessions were deleted", swept);
        } catch (RuntimeException failed) {
            LOG.warn("sessions could not be touched: {}", failed.getMessage());
        }
    }

    @Override
    @PreDestroy
    public void close() {
        executor.shutdownNow();
    }
}
