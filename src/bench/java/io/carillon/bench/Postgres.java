package io.carillon.bench;

import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A Postgres of its own for one measurement: the product's embedded binaries, durable settings
/// (fsync and synchronous_commit on), a fresh data directory under `target/bench`.
final class Postgres implements AutoCloseable {
    private static final String ARCHIVE = "postgres-linux-x86_64.txz";

    private final Path data;
    private final int port = Child.freePort();
    private final Child child;

    /// @param core which core it may use, or -1 for any
    /// @param slowFlush microseconds by which each flush is slowed
    Postgres(int core, int slowFlush) {
        var binaries = unpack();
        data = Results.DIRECTORY.resolve("postgres-" + port).toAbsolutePath();
        Child.run(Path.of("."), List.of("mkdir", "-p", data.toString()));
        var prefix = prefix();
        if (!prefix.isEmpty()) {
            Child.run(Path.of("."), List.of("chown", "nobody", data.toString()));
        }
        var bin = binaries.resolve("bin").toAbsolutePath().toString();
        var init = List.of(bin + "/initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8");
        Child.run(Path.of("/"), join(prefix, init, List.of("--locale=C", "-D", data.toString())));
        var env = new HashMap<String, String>();
        if (slowFlush > 0) {
            env.put("LD_PRELOAD", Results.DIRECTORY.resolve("slowflush.so").toAbsolutePath() + "");
            env.put("SLOW_FLUSH_US", Integer.toString(slowFlush));
        }
        var run =
                List.of(
                        bin + "/postgres",
                        "-D",
                        data.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "shared_buffers=256MB",
                        "-c",
                        "max_wal_size=4GB",
                        "-c",
                        "max_connections=100",
                        "-c",
                        "autovacuum=on");
        child = Child.start("postgres-" + port, core, Path.of("/"), env, join(prefix, run));
        child.awaitOutput("ready to accept connections", 60);
    }

    int port() {
        return port;
    }

    long pid() {
        return child.pid();
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /// @param database its name
    /// @return a connection of the superuser, autocommit on
    Connection connect(String database) {
        return connect(database, PreferQueryMode.EXTENDED);
    }

    private Connection connect(String database, PreferQueryMode mode) {
        var source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl(database));
        source.setPreferQueryMode(mode);
        source.setUser("postgres");
        try {
            return source.getConnection();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// @param statements run one after the other
    void execute(String database, String... statements) {
        // Only the simple protocol takes several commands at once, as migrations have them.
        try (var connection = connect(database, PreferQueryMode.SIMPLE);
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// Lays out the event log in a database that no node has started on.
    ///
    /// @param database where
    void migrate(String database) {
        var directory = Path.of("src/main/resources/db/migration");
        try (Stream<Path> files = Files.list(directory)) {
            execute(
                    database,
                    """
                    do $$ begin
                      if to_regrole('carillon_runtime') is null then
                        create role carillon_runtime login;
                      end if;
                    end $$
                    """);
            for (var file : files.sorted(Comparator.comparing(Postgres::version)).toList()) {
                var sql = Files.readString(file).replace("${runtime}", "\"carillon_runtime\"");
                execute(database, sql);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// `V3_1__watch.sql` is 3.01.
    private static Double version(Path file) {
        var parts = file.getFileName().toString().substring(1).split("__")[0].split("[_.]");
        var minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
        return Integer.parseInt(parts[0]) + minor / 100.0;
    }

    private static Path unpack() {
        var target = Results.DIRECTORY.resolve("postgres");
        if (Files.exists(target.resolve("bin/postgres"))) {
            return target;
        }
        try (var archive = Postgres.class.getResourceAsStream("/" + ARCHIVE)) {
            if (archive == null) {
                throw new IllegalStateException(ARCHIVE + " is not on the class path");
            }
            Files.createDirectories(target);
            var file = target.resolve(ARCHIVE);
            Files.copy(archive, file, StandardCopyOption.REPLACE_EXISTING);
            Child.run(target, List.of("tar", "-xJf", ARCHIVE));
            Files.delete(file);
            return target;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Postgres does not run as root.
    private static List<String> prefix() {
        return "root".equals(System.getProperty("user.name"))
                ? List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
                : List.of();
    }

    @SafeVarargs
    private static List<String> join(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    /// @return what is said about it in the results
    Map<String, Object> describe() {
        try (var connection = connect("postgres");
                var result = connection.createStatement().executeQuery("show server_version")) {
            result.next();
            return Json.object("version", result.getString(1));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        child.close();
        Child.run(Path.of("."), List.of("rm", "-rf", data.toString()));
    }
}
