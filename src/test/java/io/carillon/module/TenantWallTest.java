package io.carillon.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carillon.database.Database;
import io.carillon.database.StatementFailed;
import io.carillon.database.Writer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The second wall: as the running product, a query that forgets the tenant finds one tenant's
/// rows.
class TenantWallTest {
    private static ModuleNode node;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        for (var tenant : List.of("acme", "globex")) {
            node.person(tenant, "ana")
                    .post("/api/approvals", "{\"title\":\"of " + tenant + "\"}")
                    .ok();
        }
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Database database() {
        return node.node().bean(Database.class);
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    @Test
    @Tag("A5")
    void aQueryWithoutATenantFilterSeesItsTenantOnly() {
        var sql = "select tenant_id from carillon_app.approval";
        assertThat(database().readAt("acme", it -> column(it, sql)).value())
                .containsExactly("acme");
        List<String> nobodys = database().read(it -> column(it, sql));
        assertThat(nobodys).isEmpty();
        var globex = new Writer("globex", "dora", null, null);
        List<String> dora = database().write(globex, it -> column(it, sql));
        assertThat(dora).containsExactly("globex");
        var gone = "delete from carillon_app.approval where tenant_id = 'acme' returning id";
        List<String> deleted = database().write(globex, it -> column(it, gone));
        assertThat(deleted).isEmpty();
    }

    @Test
    @Tag("A5")
    void noRowIsWrittenForAnotherTenant() {
        for (var sql :
                List.of(
                        "insert into carillon_app.approval (tenant_id, title, requested_by) values"
                                + " ('globex', 'x', 'ana')",
                        "update carillon_app.approval set tenant_id = 'globex'",
                        "alter table carillon_app.approval disable row level security")) {
            var failed =
                    catchThrowableOfType(
                            StatementFailed.class,
                            () ->
                                    database()
                                            .write(
                                                    new Writer("acme", "ana", null, null),
                                                    it -> column(it, sql + " returning 1")));
            assertThat(failed.state()).as(sql).isIn("42501", "42601");
        }
    }

    @Test
    @Tag("A5")
    void everyTableOfTheModulesHasTheWall() {
        assertThat(
                        node.node()
                                .ask(
                                        "select string_agg(c.oid::regclass::text, ', ') from"
                                                + " pg_class c where c.relnamespace ="
                                                + " 'carillon_app'::regnamespace and c.relkind in"
                                                + " ('r', 'p') and not (c.relrowsecurity and exists"
                                                + " (select from pg_policy p where p.polrelid ="
                                                + " c.oid and p.polname = 'own_tenant'))"))
                .isNull();
        assertThat(
                        node.node()
                                .ask(
                                        "select string_agg(p.oid::regprocedure::text, ', ') from"
                                                + " pg_proc p where p.pronamespace ="
                                                + " 'carillon_app'::regnamespace and"
                                                + " has_function_privilege('public', p.oid,"
                                                + " 'execute')"))
                .isNull();
    }
}
