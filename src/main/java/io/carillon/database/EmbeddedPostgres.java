package io.carillon.database;

import io.micronaut.context.exceptions.ConfigurationException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;

/// The Postgres that a newcomer gets without installing one: unpacked, initialised, started,
/// stopped.
///
/// Made by [DatabaseBeans] when no `carillon.database.url` is set, and by tests. It listens on
/// 127.0.0.1 only, asks for a random password that lies beside the data (mode 600), and keeps its
/// data and its port between starts.
///
/// A Postgres that an earlier, killed Carillon left behind is stopped first (a fast, orderly
/// shutdown) and started again with this start's settings; only a process that is a postgres of
/// this very data directory is ever signalled. After a `kill -9` of the postmaster, [#start]
/// recovers and comes back on the same port.
///
/// Threads: all methods are synchronized and block. Limits: 60 s to start, 60 s to stop.
public final class EmbeddedPostgres implements AutoCloseable {
    /// The superuser, and the login of the newcomer's case.
    static final String USER = "postgres";

    /// The database that is made at the first start.
    public static final String DATABASE = "carillon";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private final EmbeddedConfig config;
    private final DataFolder folder;
    private int port;
    private boolean started;

    /// @param config where it lives
    public EmbeddedPostgres(EmbeddedConfig config) {
        this.config = config;
        this.folder = new DataFolder(config.folderPath());
        this.port = config.port();
    }

    /// Starts it; returns when it answers. Does nothing when it runs.
    public synchronized void start() {
        try {
            folder.take();
            if (!running()) {
                launch();
            }
        } catch (IOException failed) {
            stop();
            throw new ConfigurationException(
                    "the embedded Postgres cannot start: " + failed, failed);
        } catch (RuntimeException failed) {
            stop();
            throw failed;
        }
    }

    /// Stops it in good order: clients are disconnected, everything is written. Does nothing when
    /// it does not run.
    public synchronized void stop() {
        try {
            if (running()) {
                postmaster().stop();
                started = false;
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            leave();
        }
    }

    @Override
    public void close() {
        stop();
    }

    /// @return the postmaster's process id
    public synchronized long pid() {
        try {
            return PostmasterFile.read(folder.data())
                    .filter(file -> file.serves(folder.data()))
                    .orElseThrow(
                            () -> new IllegalStateException("the embedded Postgres does not run"))
                    .pid();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// @return the port on 127.0.0.1; known after the first [#start], and the same after each
    public synchronized int port() {
        return port;
    }

    /// @param database e.g. [#DATABASE]
    /// @return the address for JDBC, without user and password
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /// @return the superuser's login
    public Login login() {
        try {
            return new Login(USER, folder.password());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// @return a line to paste into a shell; the password stays in its file
    public String psqlLine() {
        return "psql \"postgresql://"
                + USER
                + "@127.0.0.1:"
                + port()
                + "/"
                + DATABASE
                + "?passfile="
                + URLEncoder.encode(folder.passFile().toString(), StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/")
                + "\"";
    }

    private boolean running() throws IOException {
        // An orphan is not ours yet: its port is unknown here until this start has settled it.
        var file = PostmasterFile.read(folder.data());
        return port != 0
                && file.isPresent()
                && file.get().port() == port
                && file.get().serves(folder.data())
                && started;
    }

    private Postmaster postmaster() throws IOException {
        var home = PostgresBinaries.unpack(config.binariesPath());
        return new Postmaster(new PostgresPrograms(home), folder, config.durable());
    }

    private void launch() throws IOException {
        var postmaster = postmaster();
        folder.password();
        postmaster.stopOrphan();
        postmaster.initialise();
        port = choosePort();
        postmaster.start(port);
        started = true;
        folder.port(port);
        createDatabase();
    }

    private int choosePort() throws IOException {
        if (config.port() != 0) {
            if (!free(config.port())) {
                throw new ConfigurationException(
                        "port "
                                + config.port()
                                + " on 127.0.0.1 is taken, the embedded Postgres cannot use it: set"
                                + " CARILLON_DATABASE_EMBEDDED_PORT to another, or to 0 for any");
            }
            return config.port();
        }
        var last = port != 0 ? port : folder.port().orElse(0);
        if (last != 0 && free(last)) {
            return last;
        }
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private void createDatabase() {
        var login = login();
        try (var connection =
                        DriverManager.getConnection(
                                jdbcUrl("postgres"), login.user(), login.password());
                var statement = connection.createStatement()) {
            try (var rows =
                    statement.executeQuery(
                            "select from pg_database where datname = '" + DATABASE + "'")) {
                if (rows.next()) {
                    return;
                }
            }
            statement.execute("create database " + DATABASE);
        } catch (SQLException failed) {
            throw new ConfigurationException(
                    "the embedded Postgres refuses its own login: "
                            + failed.getMessage()
                            + " (is "
                            + folder.passwordFile()
                            + " the one of this data folder?)");
        }
    }

    private void leave() {
        try {
            folder.leave();
        } catch (IOException failed) {
            LOG.debug("the lock file of {} did not close", folder.data(), failed);
        }
    }

    /// @return the folder of data and secrets, for log lines
    Path location() {
        return config.folderPath();
    }
}
