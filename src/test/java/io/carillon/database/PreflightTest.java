package io.carillon.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carillon.database.Preflight.Server;
import io.micronaut.context.exceptions.ConfigurationException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

class PreflightTest {
    private static PostgresFixture.FreshDatabase fresh;

    @BeforeAll
    static void make() {
        fresh = PostgresFixture.freshDatabase();
    }

    @AfterAll
    static void drop() {
        fresh.close();
    }

    @Test
    void anUnreachableServerIsSaid() throws IOException {
        // Bound, so that it is nobody else's, and nobody listens.
        try (var bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var closed = bound.getLocalPort();

            assertThat(complaint("postgresql://127.0.0.1:" + closed + "/app", fresh.superuser()))
                    .startsWith("Postgres at 127.0.0.1:" + closed + "/app cannot be reached")
                    .contains("CARILLON_DATABASE_URL");
        }
    }

    @Test
    void anUnknownHostIsSaid() {
        assertThat(complaint("postgresql://nowhere.invalid/app", fresh.superuser()))
                .contains("unknown host nowhere.invalid");
    }

    @Test
    void aWrongPasswordIsSaidWithoutRepeatingIt() {
        assertThat(complaint(fresh.url(), new Login(fresh.superuser().user(), "guessed")))
                .contains("refuses the password of login \"" + fresh.superuser().user() + "\"")
                .contains("CARILLON_DATABASE_PASSWORD")
                .doesNotContain("guessed");
    }

    @Test
    void aMissingPasswordIsSaid() {
        assertThat(complaint(fresh.url(), new Login(fresh.superuser().user(), "")))
                .contains("set CARILLON_DATABASE_PASSWORD");
    }

    @Test
    void aWrongOwnerPasswordNamesTheOwnersSettings() {
        var config = fresh.config().ownedBy(new Login("somebody", "guessed"));

        assertThat(complaint(config)).contains("CARILLON_DATABASE_OWNER_PASSWORD");
    }

    @Test
    void aMissingLoginIsSaid() {
        assertThat(complaint(fresh.url(), new Login("", "")))
                .contains("set CARILLON_DATABASE_USER");
    }

    @Test
    void aMissingDatabaseIsSaid() {
        assertThat(complaint(fresh.url() + "_missing", fresh.superuser()))
                .startsWith("there is no database \"" + fresh.name() + "_missing\"")
                .contains("create database");
    }

    @Test
    void aWebServerIsNoPostgres() throws IOException {
        assertThat(answeredWith("HTTP/1.1 400 Bad Request\r\n\r\n"))
                .contains("is not compatible with Postgres");
    }

    @Test
    void aServerThatHangsUpIsNoPostgres() throws IOException {
        assertThat(answeredWith("")).contains("is not compatible with Postgres");
    }

    @Test
    void lookAlikesOldServersAndStandbysAreRefused() {
        assertThat(judged("CockroachDB CCL v25.1.0 (x86_64)", 130000, false))
                .contains("not compatible with Postgres (it calls itself \"CockroachDB");
        assertThat(judged("PostgreSQL 15.12-YB-2025.1.0.0 on x86_64", 150012, false))
                .contains("not compatible");
        assertThat(judged("PostgreSQL 14.12 on x86_64", 140012, false))
                .contains("is version 14, Carillon needs 15 or newer");
        assertThat(judged("PostgreSQL 17.2 on x86_64", 170002, true)).contains("is a standby");
    }

    @Test
    void aRealStandbyIsRefused(@TempDir Path folder) throws IOException {
        try (var postgres = PostgresFixture.separate(folder)) {
            postgres.start();
            postgres.stop();
            Files.createFile(folder.resolve("data/standby.signal"));
            postgres.start();

            assertThat(
                            complaint(
                                    "postgresql://127.0.0.1:" + postgres.port() + "/carillon",
                                    postgres.login()))
                    .contains("is a standby")
                    .contains("point CARILLON_DATABASE_URL to the primary");
        }
    }

    @Test
    void anAddressThatIsNoneIsSaidWithoutRepeatingItsPassword() {
        for (var wrong :
                new String[] {
                    "mysql://root:secret@db/app",
                    "postgresql://me:secret@db",
                    "postgresql://me:secret@db/",
                    "postgresql:///app?host=/run/postgresql",
                    "postgresql://me:secret%zz@db/app"
                }) {
            assertThat(complaint(wrong, fresh.superuser()))
                    .contains("CARILLON_DATABASE_URL")
                    .contains("write postgresql://host:5432/database")
                    .doesNotContain("secret");
        }
    }

    @Test
    void anAddressMayCarryTheLoginAndLibpqsWords() {
        var address =
                DatabaseAddress.parse(
                        "postgres://m%40x:p%2Fw+d@db1:5433,db2/app%20one?sslmode=require&connect_timeout=3&target_session_attrs=read-write");

        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://db1:5433,db2/app%20one");
        assertThat(address.login()).isEqualTo(new Login("m@x", "p/w+d"));
        assertThat(address.options())
                .containsEntry("sslmode", "require")
                .containsEntry("connectTimeout", "3")
                .containsEntry("targetServerType", "primary");
    }

    @Test
    void aJdbcAddressIsTheSame() {
        var address =
                DatabaseAddress.parse("jdbc:postgresql://db/app?user=me&password=secret&ssl=true");

        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://db/app");
        assertThat(address.login()).isEqualTo(new Login("me", "secret"));
        assertThat(address.options()).containsOnlyKeys("ssl");
    }

    private static String judged(String version, int number, boolean standby) {
        return catchThrowableOfType(
                        ConfigurationException.class,
                        () ->
                                Preflight.judge(
                                        new Server(version, number, standby),
                                        DatabaseAddress.parse("postgresql://db/app")))
                .getMessage();
    }

    private static String answeredWith(String bytes) throws IOException {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> {
                while (true) {
                    try (var connection = server.accept()) {
                        connection.getInputStream().read(new byte[8]);
                        connection
                                .getOutputStream()
                                .write(bytes.getBytes(StandardCharsets.US_ASCII));
                    }
                }
            });
            var line =
                    complaint(
                            "postgresql://127.0.0.1:" + server.getLocalPort() + "/app",
                            new Login("me", "x"));
            server.close();
            return line;
        }
    }

    private static String complaint(String url, Login login) {
        return complaint(DatabaseConfig.of(url, login));
    }

    private static String complaint(DatabaseConfig config) {
        var refused =
                catchThrowableOfType(
                        ConfigurationException.class, () -> DatabaseStart.open(config).close());
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage()).doesNotContain("\n");
        return refused.getMessage();
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> fresh.config().pooled(0, java.time.Duration.ofSeconds(1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("pool-size is 0");
        assertThatThrownBy(() -> fresh.config().pooled(1, java.time.Duration.ofHours(1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("pool-wait is 3600s");
    }
}
