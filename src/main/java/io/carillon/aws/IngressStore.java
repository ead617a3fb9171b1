package io.carillon.aws;

import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.database.StatementFailed;
import io.carillon.database.Writer;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;

/// Makes events of messages, each at most once: the message's id and its event are written in one
/// transaction. Blocks; safe for all threads.
@Singleton
final class IngressStore {
    private static final String KNOWN =
            "insert into carillon.ingress (id) values (?) on conflict do nothing";
    private static final String EMIT = "select carillon.emit(?, ?, ?, ?::jsonb)";
    private static final String FORGET =
            "delete from carillon.ingress where id in (select id from carillon.ingress where at <"
                    + " now() - interval '15 days' order by at limit 10000)";

    private final Database database;

    IngressStore(Database database) {
        this.database = database;
    }

    /// What became of a message. Only the first may be acknowledged, and in both its cases.
    enum Outcome {
        /// Its event is committed, now or before.
        DONE,
        /// Postgres will never take it: reserved type, too large, no text of Postgres.
        REFUSED,
        /// Postgres was away, or cannot now.
        LATER
    }

    /// @param event of a message
    /// @return what became of it
    Outcome take(IncomingEvent event) {
        var who = new Writer(event.tenant(), event.actor(), event.correlationId(), event.ref());
        try {
            database.write(
                    who,
                    connection -> {
                        if (isNew(connection, event.id())) {
                            emit(connection, event);
                        }
                        return null;
                    });
            return Outcome.DONE;
        } catch (StatementFailed failed) {
            return failed.state().startsWith("CA") || failed.state().startsWith("22")
                    ? Outcome.REFUSED
                    : Outcome.LATER;
        } catch (DatabaseUnavailable away) {
            // Also when it was lost during COMMIT: the id will tell.
            return Outcome.LATER;
        }
    }

    private static boolean isNew(Connection connection, String id) throws SQLException {
        try (var statement = connection.prepareStatement(KNOWN)) {
            statement.setString(1, id);
            return statement.executeUpdate() == 1;
        }
    }

    private static void emit(Connection connection, IncomingEvent event) throws SQLException {
        try (var statement = connection.prepareStatement(EMIT)) {
            statement.setString(1, event.tenant());
            statement.setString(2, event.channel());
            statement.setString(3, event.type());
            statement.setString(4, event.data());
            statement.execute();
        }
    }

    /// @return whether Postgres answers
    boolean reachable() {
        try {
            return database.<Boolean>read(connection -> true);
        } catch (DatabaseUnavailable | StatementFailed away) {
            return false;
        }
    }

    /// Forgets ids that no queue can deliver any more, some thousands at most.
    void forget() {
        database.write(
                Writer.NODE,
                connection -> {
                    try (var statement = connection.createStatement()) {
                        return statement.executeUpdate(FORGET);
                    }
                });
    }
}
