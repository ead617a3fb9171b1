package io.carillon.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micronaut.context.exceptions.ConfigurationException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Roles belong to the whole server, so this has one of its own. `-Dtest.postgres.scratch.url=…` (a
/// superuser's login) takes another, for example version 15; its roles carillon_owner and
/// carillon_runtime are dropped.
class RolesTest {
    @TempDir static Path folder;
    private static EmbeddedPostgres postgres;
    private static String hosts;
    private static Login superuser;

    @BeforeAll
    static void start() {
        var scratch = System.getProperty("test.postgres.scratch.url", "");
        if (scratch.isEmpty()) {
            postgres = PostgresFixture.separate(folder);
            postgres.start();
            hosts = "127.0.0.1:" + postgres.port();
            superuser = postgres.login();
        } else {
            var address = DatabaseAddress.parse(scratch);
            hosts = address.hosts();
            superuser = address.login();
        }
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.stop();
        }
    }

    @BeforeEach
    void makeDatabase() throws SQLException {
        sql("create database app");
    }

    @AfterEach
    void dropAll() throws SQLException {
        sql("drop database app with (force)");
        for (var role : new String[] {"app", "deploy", "web", "web2", Roles.OWNER, Roles.RUNTIME}) {
            sql("drop role if exists " + role);
        }
    }

    @Test
    void aSuperuserMakesBothRolesAndWorksAsTheWeakOne() throws SQLException {
        try (var open = DatabaseStart.open(as(superuser))) {
            assertThat(open.role()).isEqualTo("carillon_runtime");
        }
        assertThat(
                        ask(
                                "select bool_or(rolcanlogin or rolsuper)::text from pg_roles where"
                                        + " rolname like 'carillon%'"))
                .isEqualTo("false");
        assertThat(
                        ask(
                                "select nspowner::regrole::text from pg_namespace where nspname ="
                                        + " 'carillon'"))
                .isEqualTo("carillon_owner");
        assertThat(
                        ask(
                                "select string_agg(distinct relowner::regrole::text, ',') from"
                                    + " pg_class where relnamespace = 'carillon'::regnamespace"))
                .isEqualTo("carillon_owner");
    }

    @Test
    void aLoginWithCreateroleThatOwnsTheDatabaseIsEnough() throws SQLException {
        var app = login("app", "createrole");
        sql("alter database app owner to app");

        for (var start = 1; start <= 2; start++) {
            try (var open = DatabaseStart.open(as(app))) {
                assertThat(open.role()).isEqualTo("carillon_runtime");
            }
        }
    }

    @Test
    void aLoginWithCreateroleIsToldWhenItMayNotMakeTheSchema() throws SQLException {
        var app = login("app", "createrole");

        var line = complaint(as(app));
        assertThat(line).contains("login \"app\" may not create schema carillon");

        obey(line);
        DatabaseStart.open(as(app)).close();
    }

    @Test
    void aLoginWithoutRightsIsToldExactlyWhatToRunAndThatIsEnough() throws SQLException {
        var app = login("app", "");

        var line = complaint(as(app));
        assertThat(line)
                .contains("login \"app\" may neither create roles nor work as carillon_owner")
                .contains("CARILLON_DATABASE_OWNER_USER");

        obey(line);
        try (var open = DatabaseStart.open(as(app))) {
            assertThat(open.role()).isEqualTo("carillon_runtime");
        }
    }

    @Test
    void onlyWhatIsMissingIsAskedFor() throws SQLException {
        var app = login("app", "");
        sql("create role carillon_owner nologin");

        var line = complaint(as(app));
        assertThat(line).doesNotContain("create role carillon_owner");

        obey(line);
        DatabaseStart.open(as(app)).close();
    }

    @Test
    void twoLoginsAreUsedAsGiven() throws SQLException {
        var deploy = login("deploy", "");
        var web = login("web", "");
        sql("grant create on database app to deploy");

        try (var open = DatabaseStart.open(as(web).ownedBy(deploy))) {
            assertThat(open.role()).isEqualTo("web");
        }
        assertThat(
                        ask(
                                "select nspowner::regrole::text from pg_namespace where nspname ="
                                        + " 'carillon'"))
                .isEqualTo("deploy");
        assertThat(ask("select count(*)::text from pg_roles where rolname like 'carillon%'"))
                .isEqualTo("0");
    }

    @Test
    void aSuperuserAsOwnerMigratesAsTheOwnerRole() throws SQLException {
        var web = login("web", "");

        try (var open = DatabaseStart.open(as(web).ownedBy(superuser))) {
            assertThat(open.role()).isEqualTo("web");
        }
        assertThat(
                        ask(
                                "select nspowner::regrole::text from pg_namespace where nspname ="
                                        + " 'carillon'"))
                .isEqualTo("carillon_owner");
    }

    @Test
    void aRuntimeLoginThatIsTooStrongIsRefused() throws SQLException {
        var deploy = login("deploy", "");
        sql("grant create on database app to deploy");
        login("web", "superuser");
        var config = as(new Login("web", "secret")).ownedBy(deploy);

        assertThat(complaint(config))
                .contains("role \"web\" is a superuser; the running product never works");

        sql("alter role web nosuperuser bypassrls");
        assertThat(complaint(config)).contains("role \"web\" has BYPASSRLS");

        sql("alter role web nobypassrls");
        sql("grant deploy to web");
        assertThat(complaint(config)).contains("role \"web\" is a member of their owner deploy");

        sql("revoke deploy from web");
        DatabaseStart.open(config).close();
    }

    @Test
    void anotherRuntimeLoginIsToldToJoinTheFirstOnesRole() throws SQLException {
        DatabaseStart.open(as(superuser)).close();
        var deploy = login("deploy", "");
        var web = login("web", "");
        var config = as(web).ownedBy(deploy);

        var first = complaint(config);
        assertThat(first).contains("belongs to role \"carillon_owner\"").contains("run grant");
        obey(first);
        var second = complaint(config);
        assertThat(second).contains("role \"web\" has no rights in schema carillon");
        obey(second);

        try (var open = DatabaseStart.open(config)) {
            assertThat(open.role()).isEqualTo("web");
        }
    }

    @Test
    void runtimeLoginsInTheRuntimeRoleCanBeExchanged() throws SQLException {
        sql("create role carillon_runtime nologin");
        var deploy = login("deploy", "");
        sql("grant create on database app to deploy");
        for (var name : new String[] {"web", "web2"}) {
            var web = login(name, "");
            sql("grant carillon_runtime to " + name);
            try (var open = DatabaseStart.open(as(web).ownedBy(deploy))) {
                assertThat(open.role()).isEqualTo(name);
                open.database().read(c -> DatabaseTest.text(c, "select carillon.cursor()"));
            }
        }
    }

    @Test
    void nodesThatStartTogetherAllStart() throws Exception {
        var config = as(superuser);
        var opened = new ArrayList<Future<OpenDatabase>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var node = 0; node < 4; node++) {
                opened.add(
                        threads.submit((Callable<OpenDatabase>) () -> DatabaseStart.open(config)));
            }
        }
        for (var open : opened) {
            assertThat(open.get().role()).isEqualTo("carillon_runtime");
            open.get().close();
        }
        assertThat(ask("select count(*) = count(distinct version) from carillon.schema_history"))
                .isEqualTo("t");
    }

    /// Runs the statements that a line tells an administrator to run.
    private static void obey(String line) throws SQLException {
        var start = line.indexOf(" run ") + 5;
        sqlIn("app", line.substring(start, line.lastIndexOf(';')).replaceAll("; or .*", ""));
    }

    private static Login login(String name, String attributes) throws SQLException {
        sql("create role " + name + " login password 'secret' " + attributes);
        return new Login(name, "secret");
    }

    private static DatabaseConfig as(Login login) {
        return DatabaseConfig.of("postgresql://" + hosts + "/app", login);
    }

    private static String complaint(DatabaseConfig config) {
        var refused =
                catchThrowableOfType(
                        ConfigurationException.class, () -> DatabaseStart.open(config).close());
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage()).doesNotContain("\n");
        return refused.getMessage();
    }

    private static void sql(String sql) throws SQLException {
        sqlIn("postgres", sql);
    }

    private static void sqlIn(String database, String sql) throws SQLException {
        try (var connection = connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(String sql) throws SQLException {
        try (var connection = connect("app")) {
            return DatabaseTest.text(connection, sql);
        }
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + hosts + "/" + database,
                superuser.user(),
                superuser.password());
    }
}
