package io.carillon.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.database.PostgresFixture;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// One connection to the database under test, as a person at psql has it: statements in, text out.
///
/// Confined to the test's thread. Every failure that a test does not expect is thrown as it came.
final class Session implements AutoCloseable {
    private final Connection connection;
    private long told;

    Session(Connection connection) {
        this.connection = connection;
    }

    /// The application in a database of its own where it may watch, and the superuser's view of the
    /// log beside it.
    record Pair(PostgresFixture.FreshDatabase database, Session application, Session log)
            implements AutoCloseable {
        static Pair open() throws SQLException {
            var database = PostgresFixture.freshDatabase();
            try (var owner = new Session(database.asOwner())) {
                owner.run("select carillon.allow_watch('application')");
                owner.run("select carillon.allow_emit('application')");
                // What the modules' migrations declared is not what these tests are about.
                owner.run("select carillon.unwatch(w.\"table\") from carillon.watched w");
                owner.run("delete from carillon.channel_rule");
            }
            return new Pair(
                    database,
                    new Session(database.asApplication()),
                    new Session(database.asSuperuser()));
        }

        @Override
        public void close() throws SQLException {
            application.close();
            log.close();
            database.close();
        }
    }

    void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    int update(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    @Nullable String one(String sql) throws SQLException {
        var rows = rows(sql);
        assertThat(rows).as(sql).hasSize(1);
        return rows.getFirst();
    }

    /// What nodes tell each other lies in the log too, in a channel of its own: left out.
    private static String forClients(String sql) {
        return sql.replaceAll(
                "from carillon\\.event(?= order| where|$)",
                "from (select * from carillon.event where channel <> 'carillon.control') event");
    }

    /// @return each row as its columns joined by a space
    List<String> rows(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(forClients(sql))) {
            var rows = new ArrayList<String>();
            while (result.next()) {
                var cells = new ArrayList<String>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    cells.add(String.valueOf(result.getString(i)));
                }
                rows.add(String.join(" ", cells));
            }
            return rows;
        }
    }

    /// @return the events since the last call: tenant, channel, type, data without spaces
    List<String> events() throws SQLException {
        var events =
                rows(
                        "select tenant, channel, type, replace(data::text, ' ', '') from"
                                + " carillon.event where id > "
                                + told
                                + " order by id");
        told = Long.parseLong(one("select coalesce(max(id), " + told + ") from carillon.event"));
        return events;
    }

    /// @return the last event of each kind of key, in order of the key: type and data
    List<String> lastWords() throws SQLException {
        return rows(
                "select distinct on (data #>> '{key}') type, replace(data::text, ' ', '') from"
                        + " carillon.event order by data #>> '{key}', id desc");
    }

    int bells() throws SQLException {
        run("select 1");
        var heard = connection.unwrap(PGConnection.class).getNotifications();
        return heard == null ? 0 : heard.length;
    }

    /// @return the code and the hint of the failure that the statement must end with
    String refused(String sql) {
        try {
            run(sql);
        } catch (PSQLException refused) {
            var message = refused.getServerErrorMessage();
            assertThat(message).isNotNull();
            return refused.getSQLState() + " " + message.getMessage() + " / " + message.getHint();
        } catch (SQLException other) {
            throw new AssertionError(sql, other);
        }
        throw new AssertionError("not refused: " + sql);
    }

    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    void rollback() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
