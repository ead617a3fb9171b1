package io.carillon.transport.socketio;

import io.carillon.database.Database;
import io.carillon.database.Writer;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
/// Postgres. Sessions that live are touched every hour; what nobody touched for a week is deleted.
/// Blocks on Postgres: call it on [#executor]. Safe for all threads.
@Singleton
final class Sessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final Duration ROUND = Duration.ofHours(1);
    private static final int MOST_AT_ONCE = 500;

    private static final String SAVE =
            """
            insert into carillon.socketio_session (id, tenant, user_id, namespace, channels) values (?, ?, ?, ?, ?)
            on conflict (id) do update set channels = excluded.channels, touched_at = clock_timestamp()
            """;
    private static final String FIND =
            "select id, tenant, user_id, channels from carillon.socketio_session where id = any"
                    + " (?)";
    private static final String TOUCH =
            "update carillon.socketio_session set touched_at = clock_timestamp() where id = any"
                    + " (?)";
    private static final String SWEEP =
            """
            delete from carillon.socketio_session where id in (
              select id from carillon.socketio_session where touched_at < clock_timestamp() - interval '7 days'
              limit 1000 for update skip locked)
            """;

    private final Database database;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private final Set<UUID> living = ConcurrentHashMap.newKeySet();
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

    /// @param pid whose
    /// @param channels all that are followed now
    void save(Pid pid, List<String> channels) {
        database.write(
                Writer.NODE,
                connection -> {
                    try (var statement = connection.prepareStatement(SAVE)) {
                        statement.setObject(1, pid.session());
                        statement.setString(2, pid.tenant());
                        statement.setString(3, pid.user());
                        statement.setString(4, pid.namespace());
                        statement.setArray(5, connection.createArrayOf("text", channels.toArray()));
                        return statement.executeUpdate();
                    }
                });
        living.add(pid.session());
    }

    /// Many that ask at the same time are answered with one statement: a storm of clients that come
    /// back must not become a storm in Postgres.
    ///
    /// @param pid verified
    /// @return the channels of its row, or null when it has none
    @Nullable List<String> find(Pid pid) {
        var question = new Question(pid, new CompletableFuture<>());
        questions.add(question);
        try {
            return question.answer.join().orElse(null);
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException known ? known : failed;
        }
    }

    private record Question(Pid pid, CompletableFuture<Optional<List<String>>> answer) {}

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
            for (var one : asked) {
                var row = rows.get(one.pid.session());
                var ours = row != null && row.belongs(one.pid);
                one.answer.complete(
                        ours && row != null ? Optional.of(row.channels) : Optional.empty());
            }
        } catch (RuntimeException failed) {
            asked.forEach(one -> one.answer.completeExceptionally(failed));
        }
    }

    private record Row(String tenant, String user, List<String> channels) {
        boolean belongs(Pid pid) {
            return tenant.equals(pid.tenant()) && user.equals(pid.user());
        }
    }

    private static Map<UUID, Row> rows(Connection connection, Object[] ids) throws SQLException {
        var found = new HashMap<UUID, Row>();
        try (var statement = connection.prepareStatement(FIND)) {
            statement.setArray(1, connection.createArrayOf("uuid", ids));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var channels = List.of((String[]) rows.getArray("channels").getArray());
                    found.put(
                            rows.getObject("id", UUID.class),
                            new Row(rows.getString("tenant"), rows.getString("user_id"), channels));
                }
            }
        }
        return found;
    }

    /// @param session is followed on this node again, and has a row
    void lives(UUID session) {
        living.add(session);
    }

    /// @param session has ended here
    void ended(UUID session) {
        living.remove(session);
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
            var ids = living.toArray();
            var swept =
                    database.write(
                            Writer.NODE,
                            connection -> {
                                try (var touch = connection.prepareStatement(TOUCH);
                                        var sweep = connection.prepareStatement(SWEEP)) {
                                    touch.setArray(1, connection.createArrayOf("uuid", ids));
                                    touch.executeUpdate();
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
