package io.carillon.api.admin;

import io.carillon.api.Problem;
import io.carillon.auth.Scope;
import io.carillon.database.Database;
import io.carillon.sight.NodeFigures;
import io.carillon.sight.NodeSight;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.SerdeImport;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/// The nodes that run, and the figures of this one. For operators. See `src/docs/admin.md`.
@Controller("/api/admin/nodes")
@ExecuteOn(TaskExecutors.BLOCKING)
@SerdeImport(NodeFigures.class)
final class NodesController {
    private static final String NODES =
            "select id, address, started_at, heartbeat_at, awake_until > clock_timestamp() as"
                    + " awake, listening from carillon.node order by started_at, id";

    private final Database database;
    private final NodeSight sight;

    NodesController(Database database, NodeSight sight) {
        this.database = database;
        this.sight = sight;
    }

    /// @param id of this run of the node
    /// @param here whether it is the one that answers
    /// @param address where other nodes reach it, or null
    /// @param startedAt when it registered
    /// @param heartbeatAt when it last said that it lives
    /// @param awake whether it looks by itself, so that writers need not ring
    /// @param listening whether LISTEN works, or null while unknown
    /// @param figures what it counts; null of other nodes that were not asked or did not answer
    @Serdeable
    record Node(
            String id,
            boolean here,
            @Nullable String address,
            Instant startedAt,
            Instant heartbeatAt,
            boolean awake,
            @Nullable Boolean listening,
            @Nullable NodeFigures figures) {}

    @Get
    HttpResponse<?> nodes(Scope scope) {
        return scope instanceof Scope.AllTenants
                ? HttpResponse.ok(database.read(this::nodes))
                : Problem.answer(
                        HttpStatus.FORBIDDEN,
                        "forbidden",
                        "this tells of all tenants: for operators");
    }

    private List<Node> nodes(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(NODES)) {
            var nodes = new ArrayList<Node>();
            var figures = sight.figures();
            while (row.next()) {
                var id = row.getString("id");
                var here = id.equals(figures.node());
                nodes.add(
                        new Node(
                                id,
                                here,
                                row.getString("address"),
                                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                                row.getObject("heartbeat_at", OffsetDateTime.class).toInstant(),
                                row.getBoolean("awake"),
                                row.getObject("listening", Boolean.class),
                                here ? figures : null));
            }
            return nodes;
        }
    }
}
