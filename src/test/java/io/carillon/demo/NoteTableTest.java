package io.carillon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.api.RestServer;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// Where the demo's table is made, where it is not, and whose it is.
class NoteTableTest {
    private static final String LOGIN = "demo_login";
    private PostgresFixture.FreshDatabase fresh;

    @BeforeEach
    void make() throws SQLException {
        fresh = PostgresFixture.freshDatabase();
        superuser("create role " + LOGIN + " login password 'p'");
        superuser("grant carillon_owner, carillon_runtime to " + LOGIN);
    }

    @AfterEach
    void drop() throws SQLException {
        superuser("drop owned by " + LOGIN);
        superuser("drop role " + LOGIN);
        fresh.close();
    }

    @Test
    void theOwnerOfTheSchemaOwnsItAndTheRunningProductDoesNot() throws SQLException {
        try (var server = server(fresh.superuser().user(), fresh.superuser().password())) {
            assertThat(server.context().getBean(NoteTable.class).present()).isTrue();
        }
        assertThat(
                        ask(
                                "select string_agg(distinct pg_get_userbyid(relowner), ',') from"
                                        + " pg_class where relnamespace = 'demo'::regnamespace"))
                .isEqualTo("carillon_owner");
    }

    @Test
    void aSecondStartLeavesItAsItIs() throws SQLException {
        for (var start = 0; start < 2; start++) {
            try (var server = server(fresh.superuser().user(), fresh.superuser().password())) {
                assertThat(server.context().getBean(NoteTable.class).present()).isTrue();
            }
            assertThat(ask("select count(*)::text from demo.note where author <> 'me'"))
                    .isEqualTo(start == 0 ? "5" : "4");
            superuser("delete from demo.note where id = 1");
            superuser("insert into demo.note (tenant_id, text, author) values ('acme','x','me')");
        }
    }

    @Test
    void aLoginThatMayCreateSchemasGetsItAndMayWriteItsRows() throws SQLException {
        superuser("grant create on database " + fresh.name() + " to " + LOGIN);
        try (var server = server(LOGIN, "p")) {
            assertThat(server.context().getBean(NoteTable.class).present()).isTrue();
        }
        try (var connection = asLogin();
                var statement = connection.createStatement()) {
            statement.execute("insert into demo.note (tenant_id, text) values ('acme', 'pasted')");
        }
        assertThat(ask("select author from demo.note where text = 'pasted'")).isEqualTo(LOGIN);
        assertThat(
                        ask(
                                "select count(*)::text from carillon.event where channel = 'notes'"
                                        + " and type = 'note.created'"))
                .isEqualTo("1");
    }

    @Test
    void aLoginThatMayNotCreateSchemasStartsWithoutIt() throws SQLException {
        try (var server = server(LOGIN, "p")) {
            absent(server);
        }
        assertThat(ask("select coalesce(to_regnamespace('demo')::text, 'none')")).isEqualTo("none");
    }

    @Test
    void aSchemaOfThatNameThatIsSomebodyElsesIsNotTouched() throws SQLException {
        superuser("create schema demo");
        superuser("create table demo.note (id int primary key, secret text)");
        try (var server = server(fresh.superuser().user(), fresh.superuser().password())) {
            absent(server);
        }
        assertThat(
                        ask(
                                "select to_regclass('demo.note') = any (select \"table\" from"
                                        + " carillon.watched)"))
                .isEqualTo("f");
    }

    private static void absent(RestServer server) {
        var token = server.context().getBean(DemoTokens.class);
        var ana = token.issue(DemoUser.ALL.getFirst(), java.time.Instant.now());
        assertThat(server.context().getBean(NoteTable.class).present()).isFalse();
        assertThat(server.get("/api/demo/stage").body()).contains("\"notes\":false");
        var answer = server.get("/api/demo/notes", "Authorization", "Bearer " + ana);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("\"code\":\"demo_absent\"");
    }

    private RestServer server(String user, String password) {
        var settings = new HashMap<String, Object>();
        settings.put("carillon.mode", "development");
        settings.put("carillon.database.url", fresh.url());
        settings.put("carillon.database.user", user);
        settings.put("carillon.database.password", password);
        return RestServer.start(Map.copyOf(settings));
    }

    private Connection asLogin() throws SQLException {
        return DriverManager.getConnection("jdbc:" + fresh.url(), LOGIN, "p");
    }

    private void superuser(String sql) throws SQLException {
        try (var connection = fresh.asSuperuser();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        try (var connection = fresh.asSuperuser();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
