package io.carillon.module;

import io.carillon.catalogue.Catalogue;
import io.carillon.catalogue.Judgement;
import io.carillon.database.Database;
import io.carillon.database.Reading;
import io.carillon.database.Work;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.micronaut.http.HttpStatus;
import io.micronaut.json.JsonMapper;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;

/// A module's way to its tables: reads in one snapshot with its cursor, writes in somebody's name.
///
/// Row security shows the tenant's rows only, in both. What a write put into the event log, by
/// whatever way, is checked against the catalogue before it commits: a payload that is not what its
/// type says is refused (422 `event_invalid`) and rolled back.
///
/// Repositories of micronaut-data are called inside the work. Blocks: virtual threads only. Throws
/// what [Database] throws, and [Refused].
@Singleton
public final class Store {
    /// Of one transaction at most so many events are checked here;
    /// [io.carillon.catalogue.Inspection] sees all.
    static final int CHECKED = 1_000;

    private static final String WRITTEN =
            "select channel, type, data from carillon.event where xid ="
                    + " pg_current_xact_id_if_assigned() order by id limit "
                    + CHECKED;

    private final Database database;
    private final Catalogue catalogue;
    private final JsonMapper json;

    public Store(Database database, Catalogue catalogue, JsonMapper json) {
        this.database = database;
        this.catalogue = catalogue;
        this.json = json;
    }

    /// @param principal whose tenant's rows are seen
    /// @param work only reads; repositories inside it see one snapshot
    /// @return what it returned, with the cursor of that snapshot
    public <T extends @Nullable Object> Reading<T> read(Principal principal, Work<T> work) {
        return database.readAt(principal.tenant(), work);
    }

    /// @param who in whose name
    /// @param work may run several times, see [Database#write]
    /// @return what it returned, committed
    public <T extends @Nullable Object> T write(Writer who, Work<T> work) {
        return database.write(
                who,
                connection -> {
                    var result = work.run(connection);
                    check(connection);
                    return result;
                });
    }

    /// Publishes an event of the tenant, which exists if and only if the transaction commits.
    /// Inside [#write] only. Where SQL should say it too, put it into a trigger instead.
    ///
    /// @param connection of the work
    /// @param who the work's writer; actor, ref and correlation id come from it
    /// @param channel within the tenant
    /// @param type of the catalogue
    /// @param data a `@Serdeable` or a map
    public void emit(Connection connection, Writer who, String channel, String type, Object data)
            throws SQLException {
        publish(connection, "select carillon.emit(?, ?, ?, ?::jsonb)", who, channel, type, data);
    }

    /// As [#emit], outside of the log: told to who is connected now, up to 8 KB. Checked here, for
    /// there is no later look before the commit.
    ///
    /// @param connection of the work
    /// @param who the work's writer
    /// @param channel within the tenant
    /// @param type of the catalogue
    /// @param data a `@Serdeable` or a map
    public void broadcast(
            Connection connection, Writer who, String channel, String type, Object data)
            throws SQLException {
        judge(channel, type, text(data));
        publish(
                connection,
                "select carillon.broadcast(?, ?, ?, ?::jsonb)",
                who,
                channel,
                type,
                data);
    }

    private void publish(
            Connection connection, String sql, Writer who, String channel, String type, Object data)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, who.tenant());
            statement.setString(2, channel);
            statement.setString(3, type);
            statement.setString(4, text(data));
            statement.execute();
        }
    }

    private String text(Object data) {
        try {
            return json.writeValueAsString(data);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void check(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(WRITTEN);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                judge(rows.getString(1), rows.getString(2), rows.getString(3));
            }
        }
    }

    private void judge(String channel, String type, @Nullable String data) {
        if (catalogue.judge(channel, type, data) instanceof Judgement.Invalid(_, var reason)) {
            throw new Refused(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "event_invalid",
                    type + " would not be what the catalogue says: " + reason);
        }
    }
}
