package io.carillon.chaos;

import io.carillon.conformance.FreePort;
import io.carillon.database.EmbeddedPostgres;
import io.carillon.database.PostgresFixture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One Postgres that is started, stopped, killed, copied and promoted. Blocks; one thread at a
/// time.
///
/// Without fsync, and commits wait for the operating system: what was committed outlives a kill of
/// Postgres.
final class Server {
    private static final Path BINARIES = Path.of("target", "postgres-binaries").toAbsolutePath();

    private final Path folder;
    private final String password;
    private final Clock clock;
    private final int port = FreePort.next();

    private Server(Path folder, String password, Clock clock) {
        this.folder = folder;
        this.password = password;
        this.clock = clock;
    }

    /// @param folder where it will live
    /// @param clock what it will read the time from
    /// @return a new one, stopped
    static Server make(Path folder, Clock clock) throws Exception {
        try (var made = PostgresFixture.separate(folder)) {
            made.start();
            var login = made.login();
            try (var connection =
                            DriverManager.getConnection(
                                    made.jdbcUrl(EmbeddedPostgres.DATABASE),
                                    login.user(),
                                    login.password());
                    var statement = connection.createStatement()) {
                // What was not flushed at commit shall not be flushed by accident.
                statement.execute("alter system set wal_writer_delay = '10s'");
                statement.execute("alter system set max_prepared_transactions = 20");
                statement.execute("alter system set wal_keep_size = '1GB'");
                statement.execute("create role application login password 'application'");
                statement.execute("grant all on schema public to application");
            }
            return new Server(folder, login.password(), clock);
        }
    }

    int port() {
        return port;
    }

    String password() {
        return password;
    }

    private Path data() {
        return folder.resolve("data");
    }

    Connection connect(String user, String secret, String name) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s?connectTimeout=5&socketTimeout=30&ApplicationName=%s"
                        .formatted(port, EmbeddedPostgres.DATABASE, name),
                user,
                secret);
    }

    Connection superuser() throws SQLException {
        return connect("postgres", password, "oracle");
    }

    void start() throws IOException {
        var options =
                "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c port="
                        + port
                        + " -c max_connections=200 -c fsync=off -c full_page_writes=off"
                        + " -c synchronous_commit=on -c timezone=UTC -c log_timezone=UTC";
        // What a killed one left may need a moment to go.
        for (var attempt = 1; ; attempt++) {
            var code =
                    control(
                            "start",
                            "-w",
                            "-t",
                            "60",
                            "-l",
                            folder.resolve("log").toString(),
                            "-o",
                            options);
            if (code == 0) {
                return;
            }
            if (attempt == 40) {
                throw new IOException("Postgres does not start, see " + folder.resolve("log"));
            }
            java.util.concurrent.locks.LockSupport.parkNanos(250_000_000);
        }
    }

    /// Clients are sent away, standbys get everything, everything is written.
    void stop() throws IOException {
        var unused = control("stop", "-m", "fast", "-w", "-t", "60");
    }

    void kill() throws IOException {
        var pid = Long.parseLong(Files.readAllLines(data().resolve("postmaster.pid")).getFirst());
        kill(pid);
    }

    static void kill(long pid) {
        ProcessHandle.of(pid)
                .ifPresent(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
    }

    /// @param where an empty folder
    /// @param through which port it follows this one
    /// @return a standby that streams from this one, running
    Server standby(Path where, int through) throws Exception {
        try (var connection = superuser();
                var statement = connection.createStatement()) {
            statement.execute("select pg_backup_start('chaos', true)");
            copy(data(), where.resolve("data"));
            try (var rows = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
                rows.next();
                Files.writeString(where.resolve("data/backup_label"), rows.getString(1));
            }
        }
        Files.writeString(where.resolve("data/standby.signal"), "");
        Files.writeString(
                where.resolve("data/postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres password=%s'\n"
                        .formatted(through, password),
                StandardOpenOption.APPEND);
        var standby = new Server(where, password, clock);
        standby.start();
        return standby;
    }

    /// Files may go while they are copied: the log that is streamed makes up for it.
    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (var files = Files.walk(from)) {
            all = files.toList();
        } catch (UncheckedIOException gone) {
            copy(from, to);
            return;
        }
        for (var file : all) {
            var relative = from.relativize(file).toString();
            var target = to.resolve(relative);
            if (relative.startsWith("postmaster") || relative.matches("pg_wal/[0-9A-F].*")) {
                continue;
            }
            try {
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(file));
                }
            } catch (NoSuchFileException gone) {
                // Dropped meanwhile.
            }
        }
        Files.setPosixFilePermissions(
                to, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    }

    /// A standby becomes the primary, on a timeline of its own.
    void promote() throws SQLException {
        try (var connection = superuser();
                var statement = connection.createStatement()) {
            statement.execute("select pg_promote(true, 60)");
        }
    }

    private int control(String... arguments) throws IOException {
        Path home;
        try (var found = Files.list(BINARIES)) {
            home =
                    found.filter(path -> path.getFileName().toString().startsWith("postgres-"))
                            .findFirst()
                            .orElseThrow();
        }
        var command = new ArrayList<String>();
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            // Postgres refuses to run as root.
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin/pg_ctl").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-D", data().toString()));
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(clock.environment());
        var said = folder.resolve("said").toFile();
        try {
            var process =
                    builder.redirectErrorStream(true)
                            .redirectInput(
                                    ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                            .redirectOutput(said)
                            .start();
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                throw new IOException("pg_ctl does not end");
            }
            return process.exitValue();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
            throw new IOException(over);
        }
    }
}
