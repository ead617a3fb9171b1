package io.carillon.aws;

import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.database.StatementFailed;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;

import jakarta.annotation.PreDestroy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.core.exception.SdkException;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/// Archives the slot of the log that is to be emptied next, and so lets it be emptied.
///
/// Every node looks; the one that holds the advisory lock works, and when it dies another goes on
/// where the bucket says that it came ([SlotArchive]). While an archive is wanted and not complete,
/// `carillon.rotate()` leaves the slot alone: events stay longer in the log, none is lost.
///
/// Its own virtual thread and connection.
@Context
@Requires(property = "carillon.aws.archive.bucket", pattern = ".+")
final class Archive implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Archive.class);

    /// "archive" in ASCII.
    private static final long LOCK = 0x61726368697665L;

    private final ArchiveSettings settings;
    private final Database database;
    private final SlotArchive slots;
    private final Thread archivist;
    private volatile boolean failing;

    Archive(ArchiveSettings settings, Database database, SlotArchive slots) {
        this.settings = settings;
        this.database = database;
        this.slots = slots;
        this.archivist = Rounds.start("carillon-archive", settings.every(), this::round);
    }

    /// @return whether the last round failed
    boolean failing() {
        return failing;
    }

    private void round() {
        try (var connection = database.open("archive")) {
            wanted(connection);
            if (leads(connection)) {
                archive(connection);
            }
            failing = false;
        } catch (SQLException
                | IOException
                | SdkException
                | SlotArchive.Unsound
                | DatabaseUnavailable
                | StatementFailed failed) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            failing = true;
            LOG.warn("old events cannot be archived now: {}", failed.getMessage());
        }
    }

    private void wanted(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("select carillon.archive_to(?)")) {
            statement.setString(1, "s3://" + settings.bucket() + "/" + settings.prefix());
            statement.execute();
        }
    }

    /// Held until the connection closes, also when this process is killed.
    private static boolean leads(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select pg_try_advisory_lock(" + LOCK + ")")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    private void archive(Connection connection) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select carillon.slot_to_archive()")) {
            rows.next();
            var slot = rows.getInt(1);
            if (!rows.wasNull()) {
                slots.archive(connection, slot);
            }
        }
    }

    @Override
    @PreDestroy
    public void close() {
        Rounds.stop(archivist);
    }
}
