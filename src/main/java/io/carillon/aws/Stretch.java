package io.carillon.aws;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/// Some blocks of one slot of the log, read in one pass without an index.
///
/// @param slot 0 to 7
/// @param from first block
/// @param until first block that does not belong to it
record Stretch(int slot, long from, long until) {
    private static final int FETCH = 1_000;

    /// One line per event. A payload leaves as it was stored; its line breaks, which can only be
    /// white space between its parts, become spaces.
    private static final String LINES =
            """
            select id, replace(replace(row_to_json(line)::text, E'\\n', ' '), E'\\r', ' ')
              from (select id, xid::text as xid, at, tenant, channel, type, data, actor,
                           correlation_id as "correlationId", ref
                      from carillon.event where %s order by id) line
            """;

    private String where() {
        return "slot = %d and ctid >= '(%d,0)'::tid and ctid < '(%d,0)'::tid"
                .formatted(slot, from, until);
    }

    /// @return events in it now
    long count(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select count(*) from carillon.event where " + where())) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /// What was written, in a temporary file that goes with [#close].
    record Written(Path file, long events, long firstId, long lastId, String sha256)
            implements AutoCloseable {
        ArchivePart part(String key) throws IOException {
            return new ArchivePart(key, events, firstId, lastId, Files.size(file), sha256);
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /// @param connection autocommit on; off meanwhile, so that rows come some at a time
    /// @return the events, compressed, one JSON object a line
    Written write(Connection connection) throws SQLException, IOException {
        var file = Files.createTempFile("carillon-archive", ".ndjson.gz");
        var digest = Sha256.digest();
        connection.setAutoCommit(false);
        try (var out =
                        new BufferedWriter(
                                new OutputStreamWriter(
                                        new GZIPOutputStream(
                                                new DigestOutputStream(
                                                        Files.newOutputStream(file), digest),
                                                65_536),
                                        StandardCharsets.UTF_8));
                var statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            Bounds bounds;
            try (var rows = statement.executeQuery(LINES.formatted(where()))) {
                bounds = copy(rows, out);
            }
            out.close();
            return new Written(
                    file,
                    bounds.events(),
                    bounds.firstId(),
                    bounds.lastId(),
                    HexFormat.of().formatHex(digest.digest()));
        } catch (SQLException | IOException | RuntimeException failed) {
            Files.deleteIfExists(file);
            throw failed;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private record Bounds(long events, long firstId, long lastId) {}

    private static Bounds copy(ResultSet rows, BufferedWriter out)
            throws SQLException, IOException {
        var events = 0L;
        var first = 0L;
        var last = 0L;
        while (rows.next()) {
            last = rows.getLong(1);
            first = events++ == 0 ? last : first;
            out.write(rows.getString(2));
            out.write('\n');
        }
        return new Bounds(events, first, last);
    }
}
