package io.carillon.aws;

import io.micronaut.json.JsonMapper;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Locale;

/// Writes one slot of the log to the bucket: parts of some thousand blocks each, then a manifest;
/// reads everything back; tells Postgres.
///
/// The rows of a slot that is not written to any more never change and never move, so a part is a
/// stretch of blocks: it can be written again, or found there and skipped, after any crash. What
/// was visible when the work began is in the archive for certain, and exactly that is what Postgres
/// is told; a transaction that commits into the slot later makes the slot unarchived again.
///
/// Blocks; needs a connection of its own, and a temporary file as large as one part.
@Singleton
final class SlotArchive {
    private static final Logger LOG = LoggerFactory.getLogger(SlotArchive.class);

    private final ArchiveSettings settings;
    private final Bucket bucket;
    private final JsonMapper json;

    SlotArchive(ArchiveSettings settings, Bucket bucket, JsonMapper json) {
        this.settings = settings;
        this.bucket = bucket;
        this.json = json;
    }

    /// What was read back is not what was written.
    static final class Unsound extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsound(String message) {
            super(message);
        }
    }

    /// Which log, and how much of it.
    private record Extent(String epoch, String seen, long blocks, long firstId) {}

    /// @param connection autocommit on
    /// @param slot 0 to 7
    void archive(Connection connection, int slot) throws SQLException, IOException {
        var extent = extent(connection, slot);
        var folder = "%s/%s/%020d".formatted(settings.prefix(), extent.epoch(), extent.firstId());
        var parts = new ArrayList<ArchivePart>();
        var events = 0L;
        for (var from = 0L; from < extent.blocks(); from += settings.pages()) {
            var stretch = new Stretch(slot, from, from + settings.pages());
            var key = String.format(Locale.ROOT, "%s/part-%05d.ndjson.gz", folder, parts.size());
            var part = part(connection, stretch, key);
            parts.add(part);
            events += part.events();
        }
        var manifest =
                new Manifest(Manifest.FORMAT, extent.epoch(), slot, extent.seen(), events, parts);
        var key = folder + "/manifest.json";
        bucket.putSmall(key, json.writeValueAsBytes(manifest));
        mark(connection, slot, extent, events, key);
        LOG.info(
                "slot {} is archived: {} events in {} objects, {}",
                slot,
                events,
                parts.size(),
                key);
    }

    private ArchivePart part(Connection connection, Stretch stretch, String key)
            throws SQLException, IOException {
        var there = bucket.find(key);
        if (there.isPresent() && there.get().events() == stretch.count(connection)) {
            bucket.verify(there.get());
            return there.get();
        }
        try (var written = stretch.write(connection)) {
            var part = written.part(key);
            bucket.put(part, written.file());
            bucket.verify(part);
            return part;
        }
    }

    private static Extent extent(Connection connection, int slot) throws SQLException {
        // The snapshot first: what it sees is there when the blocks are counted and read.
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select s.snap::text, (select epoch from carillon.log_state),"
                                        + " pg_relation_size('carillon.event_"
                                        + slot
                                        + "') / current_setting('block_size')::bigint,"
                                        + " coalesce((select min(id) from carillon.event where slot"
                                        + " = "
                                        + slot
                                        + "), 0) from (select pg_current_snapshot() as snap offset"
                                        + " 0) s")) {
            rows.next();
            return new Extent(
                    rows.getString(2), rows.getString(1), rows.getLong(3), rows.getLong(4));
        }
    }

    private static void mark(
            Connection connection, int slot, Extent extent, long events, String manifest)
            throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "select carillon.mark_archived(?::smallint, ?::pg_snapshot, ?, ?)")) {
            statement.setInt(1, slot);
            statement.setString(2, extent.seen());
            statement.setLong(3, events);
            statement.setString(4, manifest);
            statement.execute();
        }
    }
}
