package io.carillon.database;

import io.micronaut.context.exceptions.ConfigurationException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;

/// One data directory's Postgres process: made, started, stopped, and cleaned up after.
///
/// Used by [EmbeddedPostgres] under its lock. Every method blocks.
final class Postmaster {
    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
    private static final long LOG_LIMIT = 16L << 20;

    /// How long to wait for what a killed Postgres left: 40 times a quarter of a second.
    private static final int ATTEMPTS = 40;

    private static final long PAUSE_NANOS = 250_000_000L;

    private final PostgresPrograms programs;
    private final DataFolder folder;
    private final boolean durable;

    Postmaster(PostgresPrograms programs, DataFolder folder, boolean durable) {
        this.programs = programs;
        this.folder = folder;
        this.durable = durable;
    }

    /// Makes the data directory where there is none, and refuses another version's.
    void initialise() throws IOException {
        if (Files.exists(folder.data().resolve("PG_VERSION"))) {
            checkVersion();
            return;
        }
        // Under another name first: a process that is killed here must not leave half a cluster.
        var partial = folder.data().resolveSibling("data.new");
        Folders.delete(partial);
        LOG.info("making a new Postgres in {}", folder.data());
        var said =
                programs.initdb(
                        "-D",
                        partial.toString(),
                        "-U",
                        EmbeddedPostgres.USER,
                        "-E",
                        "UTF8",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C",
                        "--auth=scram-sha-256",
                        "--pwfile=" + folder.passwordFile(),
                        durable ? "--data-checksums" : "--no-sync");
        if (said.failed()) {
            throw new ConfigurationException(
                    "the embedded Postgres cannot be made: " + oneLine(said.output()));
        }
        Files.move(partial, folder.data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void checkVersion() throws IOException {
        var data = Files.readString(folder.data().resolve("PG_VERSION")).strip();
        var program = programs.majorVersion();
        if (!data.equals(program)) {
            throw new ConfigurationException(
                    "the data in "
                            + folder.data()
                            + " were made by Postgres "
                            + data
                            + ", this program brings "
                            + program
                            + ": move them with pg_dump of version "
                            + data
                            + ", or move the folder away to start empty");
        }
    }

    /// Whatever an earlier process left: a living postmaster is stopped, a stale file of a reused
    /// process id removed.
    void stopOrphan() throws IOException {
        var file = PostmasterFile.read(folder.data());
        if (file.isEmpty() || !file.get().alive()) {
            return;
        }
        if (file.get().serves(folder.data())) {
            LOG.info(
                    "an earlier Carillon left its Postgres running (process {}): stopping it first",
                    file.get().pid());
            stop();
            return;
        }
        awaitBackends();
        // The id belongs to some other program by now; Postgres would take that for a
        // postmaster and refuse.
        Files.deleteIfExists(folder.data().resolve("postmaster.pid"));
    }

    /// Backends that outlived a killed postmaster notice it within moments.
    private void awaitBackends() {
        for (var attempt = 1; PostmasterFile.inUse(folder.data()); attempt++) {
            if (attempt < ATTEMPTS) {
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            throw new ConfigurationException(
                    "processes of an earlier Postgres still work in "
                            + folder.data()
                            + ": wait until they have ended, or end them");
        }
    }

    /// @param port on 127.0.0.1
    void start(int port) throws IOException {
        rotateLog();
        var safe = durable ? "on" : "off";
        var options =
                String.join(
                        " ",
                        "-c listen_addresses=127.0.0.1",
                        "-c unix_socket_directories=''",
                        "-c port=" + port,
                        "-c max_connections=200",
                        "-c fsync=" + safe,
                        "-c full_page_writes=" + safe,
                        // Even without fsync: what is committed outlives a kill of Postgres, if not
                        // of the machine.
                        "-c synchronous_commit=on",
                        "-c timezone=UTC -c log_timezone=UTC");
        for (var attempt = 1; ; attempt++) {
            var before = Files.exists(folder.log()) ? Files.size(folder.log()) : 0;
            var said =
                    programs.pgCtl(
                            "start",
                            "-w",
                            "-t",
                            "60",
                            "-D",
                            folder.data().toString(),
                            "-l",
                            folder.log().toString(),
                            "-o",
                            options);
            if (!said.failed()) {
                return;
            }
            var reason = lastFatal(before);
            // Backends that outlived a killed postmaster notice it within moments.
            if (attempt == ATTEMPTS || !reason.contains("shared memory block")) {
                throw new ConfigurationException(
                        "the embedded Postgres cannot start: "
                                + reason
                                + " (log: "
                                + folder.log()
                                + ")");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// A fast shutdown: clients are disconnected, everything is written.
    void stop() throws IOException {
        var data = folder.data().toString();
        var said = programs.pgCtl("stop", "-m", "fast", "-w", "-t", "60", "-D", data);
        if (said.failed()) {
            LOG.warn(
                    "Postgres does not stop in good order, its next start recovers: {}",
                    oneLine(said.output()));
            programs.pgCtl("stop", "-m", "immediate", "-w", "-t", "10", "-D", data);
        }
    }

    private String lastFatal(long from) throws IOException {
        if (!Files.exists(folder.log())) {
            return "it left no log";
        }
        var log = Files.readAllBytes(folder.log());
        var text = new String(log, (int) from, log.length - (int) from, StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                .reduce((first, second) -> second)
                .orElseGet(() -> oneLine(text));
    }

    private void rotateLog() throws IOException {
        if (Files.exists(folder.log()) && Files.size(folder.log()) > LOG_LIMIT) {
            Files.delete(folder.log());
        }
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
