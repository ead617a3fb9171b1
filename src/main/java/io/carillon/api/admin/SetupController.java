package io.carillon.api.admin;

import io.carillon.api.Problem;
import io.carillon.auth.Scope;
import io.carillon.database.Database;
import io.carillon.database.StatementFailed;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// What is wrong with the setup, and what a table would send: `carillon.doctor()` and
/// `carillon.preview()` as JSON. For operators: both tell of all tenants. See `src/docs/admin.md`.
@Controller("/api/admin")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SetupController {
    private static final int SAMPLE = 20;
    private static final String PREVIEW =
            "select type, channel, tenant, audience, bytes, data::text from carillon.preview("
                    + "?::regclass, ?, tenant_column => ?, tenant => ?, entity => ?,"
                    + " user_column => ?, room_column => ?, columns => ?::name[],"
                    + " exclude => ?::name[], sample => ?)";

    private final Database database;

    SetupController(Database database) {
        this.database = database;
    }

    /// @param severity `error`, `warning` or `note`
    /// @param subject what it is about
    /// @param problem what is wrong
    /// @param mend the statement, or the words, that mend it
    @Serdeable
    record Finding(String severity, String subject, String problem, String mend) {}

    /// @param type of the event
    /// @param channel where it would go; null for nowhere
    /// @param tenant whose it would be; null for nobody's
    /// @param audience who would get it
    /// @param bytes of its data
    /// @param data JSON text
    @Serdeable
    record Previewed(
            String type,
            @Nullable String channel,
            @Nullable String tenant,
            String audience,
            int bytes,
            @Nullable String data) {}

    /// What is asked of `carillon.preview`.
    private record Asked(
            String table,
            String channel,
            String tenantColumn,
            @Nullable String tenant,
            @Nullable String entity,
            @Nullable String userColumn,
            @Nullable String roomColumn,
            @Nullable String columns,
            String exclude,
            int sample) {}

    @Get("/doctor")
    HttpResponse<?> doctor(Scope scope) {
        return scope instanceof Scope.AllTenants
                ? HttpResponse.ok(database.read(SetupController::findings))
                : forOperators();
    }

    private static List<Finding> findings(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "select severity, subject, problem, mend from carillon.doctor()")) {
            var found = new ArrayList<Finding>();
            while (row.next()) {
                found.add(
                        new Finding(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4)));
            }
            return found;
        }
    }

    @Get("/preview")
    HttpResponse<?> preview(
            Scope scope,
            @QueryValue String table,
            @QueryValue String channel,
            @QueryValue(defaultValue = "tenant_id") String tenantColumn,
            @QueryValue @Nullable String tenant,
            @QueryValue @Nullable String entity,
            @QueryValue @Nullable String userColumn,
            @QueryValue @Nullable String roomColumn,
            @QueryValue @Nullable String columns,
            @QueryValue(defaultValue = "") String exclude,
            @QueryValue(defaultValue = "5") int sample) {
        if (!(scope instanceof Scope.AllTenants)) {
            return forOperators();
        }
        var asked =
                new Asked(
                        table,
                        channel,
                        tenantColumn,
                        tenant,
                        entity,
                        userColumn,
                        roomColumn,
                        columns,
                        exclude,
                        Math.clamp(sample, 1, SAMPLE));
        try {
            return HttpResponse.ok(database.read(connection -> previewed(connection, asked)));
        } catch (StatementFailed refused) {
            var hint = refused.hint();
            return Problem.answer(
                    HttpStatus.BAD_REQUEST,
                    "preview_refused",
                    refused.getMessage() + (hint == null ? "" : ": " + hint));
        }
    }

    private static List<Previewed> previewed(Connection connection, Asked asked)
            throws SQLException {
        try (var patience = connection.createStatement()) {
            patience.execute("set local statement_timeout = '5s'");
        }
        try (var statement = connection.prepareStatement(PREVIEW)) {
            bind(statement, asked);
            var events = new ArrayList<Previewed>();
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    events.add(
                            new Previewed(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getInt(5),
                                    row.getString(6)));
                }
            }
            return events;
        }
    }

    private static void bind(PreparedStatement statement, Asked asked) throws SQLException {
        statement.setString(1, asked.table);
        statement.setString(2, asked.channel);
        statement.setString(3, asked.tenantColumn);
        statement.setString(4, asked.tenant);
        statement.setString(5, asked.entity);
        statement.setString(6, asked.userColumn);
        statement.setString(7, asked.roomColumn);
        var connection = statement.getConnection();
        statement.setArray(
                8,
                asked.columns == null
                        ? null
                        : connection.createArrayOf("text", asked.columns.split(",")));
        var left = asked.exclude.isEmpty() ? new String[0] : asked.exclude.split(",");
        statement.setArray(9, connection.createArrayOf("text", left));
        statement.setInt(10, asked.sample);
    }

    private static HttpResponse<?> forOperators() {
        return Problem.answer(
                HttpStatus.FORBIDDEN, "forbidden", "this tells of all tenants: for operators");
    }
}
