package io.carillon.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.database.EmbeddedConfig;
import io.carillon.database.EmbeddedPostgres;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The whole program as a process of its own: what an operator sees and what is left behind.
@Aside
class CarillonTest {
    private static final Path BINARIES = Path.of("target", "postgres-binaries").toAbsolutePath();

    @TempDir Path folder;

    @Test
    void whatIsWrongIsOneLineOnStandardErrorAndExitCodeOne() throws Exception {
        // Bound, so that it is nobody else's, and nobody listens.
        try (var bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            nobodyListens(bound.getLocalPort());
        }
    }

    private void nobodyListens(int closed) throws Exception {
        var process =
                start(
                        Map.of(
                                "CARILLON_DATABASE_URL",
                                "postgresql://127.0.0.1:" + closed + "/app",
                                "CARILLON_DATABASE_USER",
                                "me"));

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        var said = Files.readAllLines(folder.resolve("err"));
        assertThat(said)
                .filteredOn(line -> line.startsWith("carillon: "))
                .singleElement()
                .asString()
                .contains("cannot be reached")
                .contains("CARILLON_DATABASE_URL");
        assertThat(said).noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
        assertThat(rest(process)).noneMatch(line -> line.contains("ERROR"));
    }

    @Test
    void aTakenPortIsOneLineAndTheEmbeddedPostgresIsStoppedAgain() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var process = start(Map.of("CARILLON_PORT", Integer.toString(taken.getLocalPort())));

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(Files.readAllLines(folder.resolve("err")))
                    .anyMatch(line -> line.matches("carillon: .*set CARILLON_PORT to a free port"));
            assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void aNodeStopsInGoodOrderStartsAgainWithItsDataAndSurvivesItsOwnKill() throws Exception {
        var first = start(Map.of());
        var lines = untilRunning(first);
        assertThat(lines).anyMatch(line -> line.contains("psql \"postgresql://"));
        assertThat(lines)
                .anyMatch(line ->
                        line.contains("works on") && line.contains("as role carillon_runtime"));
        sql("create table kept as select 42 as answer");
        first.destroy();
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();

        var second = start(Map.of());
        untilRunning(second);
        assertThat(answer()).isEqualTo(42);
        second.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        assertThat(folder.resolve("data/postmaster.pid")).exists();

        var third = start(Map.of());
        untilRunning(third);
        assertThat(answer()).isEqualTo(42);
        third.destroy();
        assertThat(third.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();
    }

    @Test
    @Tag("F7")
    void aSignalSendsEverybodyAwayAndASecondOneHurries() throws Exception {
        var process = start(Map.of("CARILLON_DRAIN_NOTICE", "2m", "CARILLON_DRAIN_DEADLINE", "3m"));
        untilRunning(process);
        var said = process.inputReader(StandardCharsets.UTF_8);
        // By its handle: destroying the process would close what it says.
        process.toHandle().destroy();
        while (!said.readLine().contains("leaving: not ready from now on")) {
            assertThat(process.isAlive()).isTrue();
        }
        process.toHandle().destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();
    }

    private Process start(Map<String, String> settings) throws IOException {
        var environment = new HashMap<>(settings);
        environment.putIfAbsent("CARILLON_PORT", "-1");
        environment.put("CARILLON_DATABASE_EMBEDDED_FOLDER", folder.toString());
        environment.put("CARILLON_DATABASE_EMBEDDED_BINARIES", BINARIES.toString());
        environment.put("CARILLON_DATABASE_EMBEDDED_DURABLE", "false");
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx300m",
                        // It is started and ended: what makes it quick later makes it slow here.
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dmicronaut.environments=development",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Carillon.class.getName());
        builder.environment().putAll(environment);
        return builder.redirectError(folder.resolve("err").toFile()).start();
    }

    private List<String> untilRunning(Process process) throws IOException {
        var lines = new ArrayList<String>();
        var reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line; (line = reader.readLine()) != null; ) {
            lines.add(line);
            if (line.contains("Server Running: ")) {
                return lines;
            }
        }
        throw new IOException(lines + " " + Files.readString(folder.resolve("err")));
    }

    private static List<String> rest(Process process) throws IOException {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    private void sql(String sql) throws SQLException, IOException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int answer() throws SQLException, IOException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select answer from kept")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private java.sql.Connection connect() throws SQLException, IOException {
        var login =
                new EmbeddedPostgres(
                                new EmbeddedConfig(
                                        folder.toString(), BINARIES.toString(), 0, false))
                        .login();
        var port = Files.readString(folder.resolve("port")).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/carillon",
                login.user(),
                login.password());
    }
}
