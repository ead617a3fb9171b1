package io.carillon.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.Aside;
import io.micronaut.context.exceptions.ConfigurationException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

@Aside
class EmbeddedPostgresTest {
    @TempDir Path folder;
    private EmbeddedPostgres postgres;

    @BeforeEach
    void make() {
        postgres = new EmbeddedPostgres(PostgresFixture.config(folder));
    }

    @AfterEach
    void stop() {
        postgres.stop();
    }

    @Test
    void dataAndPortAreKeptBetweenStarts() throws SQLException {
        postgres.start();
        var port = postgres.port();
        write("create table kept as select 42 as answer");
        postgres.stop();

        try (var again = new EmbeddedPostgres(PostgresFixture.config(folder))) {
            again.start();

            assertThat(again.port()).isEqualTo(port);
            assertThat(ask("select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void afterAKillOfThePostmasterItRecoversOnTheSamePort() throws Exception {
        postgres.start();
        var port = postgres.port();
        var pid = postgres.pid();
        write("create table kept as select 42 as answer");
        kill(pid);
        assertThatThrownBy(() -> postgres.pid()).isInstanceOf(IllegalStateException.class);

        postgres.start();

        assertThat(postgres.port()).isEqualTo(port);
        assertThat(postgres.pid()).isNotEqualTo(pid);
        assertThat(ask("select answer from kept")).isEqualTo("42");
    }

    @Test
    void anOrphanOfAKilledProcessIsStoppedAndItsDataAreKept() throws Exception {
        var process = startElsewhere();
        var orphan = Long.parseLong(lineOf(process));
        process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        assertThat(alive(orphan)).isTrue();

        postgres.start();

        assertThat(postgres.pid()).isNotEqualTo(orphan);
        assertThat(alive(orphan)).isFalse();
        assertThat(ask("select answer from kept")).isEqualTo("42");
    }

    @Test
    void aFolderInUseByAnotherProcessIsRefused() throws Exception {
        var process = startElsewhere();
        var theirs = Long.parseLong(lineOf(process));
        try {
            assertThatThrownBy(() -> postgres.start())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("belongs to another running Carillon")
                    .hasMessageContaining("CARILLON_DATABASE_URL");
            assertThat(alive(theirs)).isTrue();
        } finally {
            process.getOutputStream().close();
            process.waitFor(60, TimeUnit.SECONDS);
        }
        assertThat(alive(theirs)).isFalse();
    }

    @Test
    void aForeignProcessWithTheOldIdIsLeftAlone() throws Exception {
        postgres.start();
        var file = folder.resolve("data/postmaster.pid");
        var lines = Files.readAllLines(file);
        postgres.stop();
        var stranger = new ProcessBuilder("sleep", "300").start();
        try {
            lines.set(0, Long.toString(stranger.pid()));
            Files.write(file, lines);

            postgres.start();

            assertThat(stranger.isAlive()).isTrue();
            assertThat(ask("select 1")).isEqualTo("1");
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void itListensOnLoopbackOnlyAndAsksForThePassword() throws Exception {
        postgres.start();

        assertThat(ask("select current_setting('listen_addresses')")).isEqualTo("127.0.0.1");
        assertThat(ask("select current_setting('unix_socket_directories')")).isEmpty();
        assertThatThrownBy(() ->
                        DriverManager.getConnection(
                                postgres.jdbcUrl("postgres"), "postgres", "postgres"))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
        for (var secret : new String[] {"password", "pgpass"}) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(folder.resolve(secret))))
                    .isEqualTo("rw-------");
        }
        assertThat(postgres.psqlLine())
                .startsWith(
                        "psql \"postgresql://postgres@127.0.0.1:" + postgres.port() + "/carillon?")
                .doesNotContain(postgres.login().password());
    }

    @Test
    void durableMeansThatACommitIsOnDisk() throws SQLException {
        var durable =
                new EmbeddedConfig(
                        folder.toString(), PostgresFixture.config(folder).binaries(), 0, true);
        postgres = new EmbeddedPostgres(durable);
        postgres.start();

        assertThat(
                        ask(
                                "select current_setting('fsync') ||"
                                        + " current_setting('full_page_writes') ||"
                                        + " current_setting('synchronous_commit')"))
                .isEqualTo("ononon");
    }

    @Test
    void dataOfAnotherVersionAreRefusedInOneLine() throws IOException {
        postgres.start();
        postgres.stop();
        Files.writeString(folder.resolve("data/PG_VERSION"), "13\n");

        assertThatThrownBy(() -> postgres.start())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("were made by Postgres 13")
                .hasMessageNotContaining("\n");
        Files.writeString(folder.resolve("data/PG_VERSION"), "18\n");
    }

    @Test
    void aPortThatIsTakenIsRefusedInOneLine() throws IOException {
        try (var taken =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            postgres =
                    new EmbeddedPostgres(
                            new EmbeddedConfig(
                                    folder.toString(),
                                    PostgresFixture.config(folder).binaries(),
                                    taken.getLocalPort(),
                                    false));

            assertThatThrownBy(() -> postgres.start())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("CARILLON_DATABASE_EMBEDDED_PORT");
        }
    }

    /// Another JVM that starts Postgres in the folder, prints the postmaster's id, and stops when
    /// its input ends.
    static final class Elsewhere {
        public static void main(String[] args) throws Exception {
            try (var postgres = new EmbeddedPostgres(PostgresFixture.config(Path.of(args[0])))) {
                postgres.start();
                execute(postgres, "create table kept as select 42 as answer");
                System.out.println("postmaster " + postgres.pid());
                while (System.in.read() >= 0) {
                    continue;
                }
            }
        }
    }

    private Process startElsewhere() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Elsewhere.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String lineOf(Process process) throws IOException {
        var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line; (line = reader.readLine()) != null; ) {
            if (line.startsWith("postmaster ")) {
                return line.substring(11);
            }
        }
        throw new IOException("the other process ended early");
    }

    private static void kill(long pid) throws Exception {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        while (alive(pid)) {
            Thread.onSpinWait();
        }
    }

    /// A process that nobody has waited for yet still has an id, but no program any more.
    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
    }

    private void write(String sql) throws SQLException {
        execute(postgres, sql);
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (var connection = connect(postgres);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        try (var connection =
                DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + portOnDisk() + "/carillon",
                        postgres.login().user(),
                        postgres.login().password())) {
            return DatabaseTest.text(connection, sql);
        }
    }

    private String portOnDisk() {
        try {
            return Files.readString(folder.resolve("port")).strip();
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
        var login = postgres.login();
        return DriverManager.getConnection(
                postgres.jdbcUrl(EmbeddedPostgres.DATABASE), login.user(), login.password());
    }
}
