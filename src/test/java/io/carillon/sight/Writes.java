package io.carillon.sight;

import io.carillon.database.Database;
import io.carillon.database.Writer;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

import org.slf4j.LoggerFactory;

/// An application's own endpoint that writes to a watched table.
@Controller("/api/writes")
@Requires(property = "test.writes")
final class Writes {
    private final Database database;

    Writes(Database database) {
        this.database = database;
    }

    @Post
    @ExecuteOn(TaskExecutors.BLOCKING)
    String write(Writer writer) {
        LoggerFactory.getLogger(Writes.class).info("writing");
        var sql = "insert into public.written (tenant_id, actor) values (?, ?)";
        var unused =
                database.write(
                        writer,
                        connection -> {
                            try (var statement = connection.prepareStatement(sql)) {
                                statement.setString(1, writer.tenant());
                                statement.setString(2, writer.actor());
                                return statement.executeUpdate();
                            }
                        });
        return "written";
    }
}
