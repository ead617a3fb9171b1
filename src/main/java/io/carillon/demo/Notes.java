package io.carillon.demo;

import io.carillon.database.Database;
import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The notes of one tenant at a time: reads with the cursor of their snapshot, writes in somebody's
/// name.
///
/// Every statement names the tenant, and row security would hide other tenants' rows if one did
/// not. All methods block.
@Singleton
@Requires(beans = DemoTokens.class)
final class Notes {
    /// How many notes a tenant may make here; SQL may make more.
    static final int MOST = 500;

    /// How many a read returns, the newest.
    static final int PAGE = 1_000;

    private static final String COLUMNS =
            "id, tenant_id, text, done, author, to_json(updated_at) #>> '{}'";

    private final Database database;
    private final NoteTable table;

    Notes(Database database, NoteTable table) {
        this.database = database;
        this.table = table;
    }

    /// What became of a write.
    sealed interface Change {
        /// @param note as it is now
        record Done(Note note) implements Change {}

        /// The tenant has no such note.
        record Missing() implements Change {}

        /// The tenant has [#MOST] notes.
        record Full() implements Change {}
    }

    /// @return whether there is a table at all
    boolean present() {
        return table.present();
    }

    /// @param tenant of the token
    /// @return its notes, by id, and the cursor to follow them from
    Reading<List<Note>> of(String tenant) {
        return database.readAt(connection -> {
            // A read has no writer: the policy learns the tenant here.
            try (var statement =
                    prepared(connection, "select set_config('carillon.tenant', ?, true)", tenant)) {
                statement.execute();
            }
            try (var statement =
                    prepared(
                            connection,
                            "select * from (select "
                                    + COLUMNS
                                    + " from demo.note where tenant_id = ? order by id desc limit "
                                    + PAGE
                                    + ") newest order by id",
                            tenant)) {
                return notes(statement);
            }
        });
    }

    Change add(Writer who, String text) {
        return written(
                who,
                new Change.Full(),
                "insert into demo.note (tenant_id, text, author) select ?, ?, ? where (select"
                        + " count(*) from (select from demo.note where tenant_id = ? limit "
                        + MOST
                        + ") n) < "
                        + MOST
                        + " returning "
                        + COLUMNS,
                who.tenant(),
                text,
                who.actor(),
                who.tenant());
    }

    /// @param text null: stays as it is
    /// @param done null: stays as it is
    Change change(Writer who, long id, @Nullable String text, @Nullable Boolean done) {
        return written(
                who,
                new Change.Missing(),
                "update demo.note set text = coalesce(?, text), done = coalesce(?::boolean, done)"
                        + " where id = ? and tenant_id = ? returning "
                        + COLUMNS,
                text,
                done,
                id,
                who.tenant());
    }

    Change remove(Writer who, long id) {
        return written(
                who,
                new Change.Missing(),
                "delete from demo.note where id = ? and tenant_id = ? returning " + COLUMNS,
                id,
                who.tenant());
    }

    /// @return the time by the clock that dates events, ISO 8601 with microseconds
    String clock() {
        return database.read(connection -> {
            try (var statement =
                            connection.prepareStatement(
                                    "select to_json(clock_timestamp()) #>> '{}'");
                    var rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        });
    }

    private Change written(
            Writer who, Change otherwise, String sql, @Nullable Object... arguments) {
        return database.write(
                who,
                connection -> {
                    try (var statement = prepared(connection, sql, arguments)) {
                        var notes = notes(statement);
                        return notes.isEmpty() ? otherwise : new Change.Done(notes.getFirst());
                    }
                });
    }

    private static PreparedStatement prepared(
            Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (var index = 0; index < arguments.length; index++) {
            statement.setObject(index + 1, arguments[index]);
        }
        return statement;
    }

    private static List<Note> notes(PreparedStatement statement) throws SQLException {
        try (var rows = statement.executeQuery()) {
            var notes = new ArrayList<Note>();
            while (rows.next()) {
                notes.add(note(rows));
            }
            return notes;
        }
    }

    private static Note note(ResultSet rows) throws SQLException {
        return new Note(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getBoolean(4),
                rows.getString(5),
                rows.getString(6));
    }
}
