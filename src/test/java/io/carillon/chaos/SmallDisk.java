package io.carillon.chaos;

import io.carillon.oracle.Ground;
import io.carillon.oracle.Play;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A file system in memory that is too small, with the current slot of the log on it. One thread.
final class SmallDisk {
    private static final long ROOM = 1 << 20;

    private final Cluster cluster;
    private final Path where;
    private final boolean mounted;

    SmallDisk(Cluster cluster) throws Exception {
        this.cluster = cluster;
        where = Files.createDirectory(cluster.folder.resolve("small-" + System.nanoTime()));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=512m,mode=700", "none", where.toString());
        if (!mounted) {
            Files.delete(where);
        }
    }

    boolean mounted() {
        return mounted;
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    void moveLog() throws Exception {
        try (var connection = cluster.superuser()) {
            Ground.run(connection, "create tablespace small location '" + where + "'");
            move("small");
        }
        long used;
        try (var files = Files.walk(where)) {
            used = files.mapToLong(SmallDisk::size).sum();
        }
        var unused = run("mount", "-o", "remount,size=" + (used + ROOM), where.toString());
    }

    private static long size(Path file) {
        try {
            return Files.isDirectory(file) ? 4_096 : (Files.size(file) + 4_095) & -4_096;
        } catch (IOException gone) {
            return 0;
        }
    }

    private void move(String tablespace) throws SQLException {
        try (var connection = cluster.superuser()) {
            var slot = "carillon.event_" + Ground.one(connection, "select carillon.slot()");
            for (var statement : statements(slot, tablespace)) {
                Ground.run(connection, statement);
            }
        }
    }

    private List<String> statements(String slot, String tablespace) throws SQLException {
        var statements = new ArrayList<String>();
        statements.add("alter table " + slot + " set tablespace " + tablespace);
        try (var connection = cluster.superuser();
                var query = connection.createStatement();
                var rows =
                        query.executeQuery(
                                "select indexrelid::regclass from pg_index where indrelid = '"
                                        + slot
                                        + "'::regclass")) {
            while (rows.next()) {
                statements.add(
                        "alter index " + rows.getString(1) + " set tablespace " + tablespace);
            }
        }
        return statements;
    }

    /// Writers go on until one of them is told that there is no room.
    void awaitFull(Play play) throws Exception {
        for (var attempt = 0; attempt < 200; attempt++) {
            try (var connection = cluster.application("filler")) {
                Ground.run(
                        connection,
                        "select carillon.emit('alfa', 'news', 'told', to_jsonb(repeat(md5(n::text),"
                                + " 200))) from generate_series(1, 100) n");
            } catch (SQLException full) {
                if ("53100".equals(full.getSQLState())) {
                    cluster.told("no room: " + full.getMessage());
                    return;
                }
            }
            var unused = play.goesOn(Duration.ofMillis(20));
        }
        throw new AssertionError("the disk was never full");
    }

    void grow() throws Exception {
        var unused = run("mount", "-o", "remount,size=1g", where.toString());
    }

    void close() throws Exception {
        move("pg_default");
        try (var connection = cluster.superuser()) {
            // Files of what was moved go with the next checkpoint.
            Ground.run(connection, "checkpoint");
            Ground.run(connection, "drop tablespace small");
        }
        // Backends keep files open that are gone: the last one takes the file system with it.
        var unused = run("umount", "-l", where.toString());
    }
}
