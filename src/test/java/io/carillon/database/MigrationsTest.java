package io.carillon.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micronaut.context.exceptions.ConfigurationException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

class MigrationsTest {
    @TempDir Path more;
    private PostgresFixture.FreshDatabase fresh;

    @BeforeEach
    void make() {
        fresh = PostgresFixture.freshDatabase();
    }

    @AfterEach
    void drop() {
        fresh.close();
    }

    @Test
    void theRuntimeRoleIsAPlaceholderOfTheMigrations() throws Exception {
        script(
                "V900__more.sql",
                "create table carillon.more (id int); grant select on carillon.more to"
                        + " ${runtime};");

        start();

        try (var runtime = fresh.asRuntime()) {
            assertThat(DatabaseTest.text(runtime, "select count(*) from carillon.more"))
                    .isEqualTo("0");
        }
    }

    @Test
    void aFailedMigrationIsSaidInOneLineAndLeavesNothing() throws Exception {
        script(
                "V900__more.sql",
                "create table carillon.more (id int);\ninsert into carillon.less values (1);");

        assertThat(complaint())
                .startsWith(
                        "a migration of schema carillon failed, nothing of it was kept:"
                                + " V900__more.sql line 2:")
                .contains("relation \"carillon.less\" does not exist");
        assertThat(ask("select to_regclass('carillon.more') is null")).isEqualTo("t");

        script("V900__more.sql", "create table carillon.more (id int);");
        start();
    }

    @Test
    void aSchemaNewerThanTheProgramIsRefused() throws Exception {
        script("V900__more.sql", "create table carillon.more (id int);");
        start();
        Files.delete(more.resolve("V900__more.sql"));

        assertThat(complaint())
                .startsWith("schema carillon is at version 900, newer than this program's ")
                .contains("start the newer Carillon");
    }

    @Test
    void aMigrationThatWasChangedAfterwardsIsRefused() throws Exception {
        script("V900__more.sql", "create table carillon.more (id int);");
        start();
        script("V900__more.sql", "create table carillon.more (id bigint);");

        assertThat(complaint()).startsWith("schema carillon does not fit this program:");
    }

    private void script(String name, String sql) throws IOException {
        Files.writeString(more.resolve(name), sql);
    }

    private DatabaseConfig config() {
        return fresh.config().migratedFrom(DatabaseConfig.MIGRATIONS + ",filesystem:" + more);
    }

    private void start() {
        DatabaseStart.open(config()).close();
    }

    private String complaint() {
        var refused = catchThrowableOfType(ConfigurationException.class, this::start);
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage()).doesNotContain("\n");
        return refused.getMessage();
    }

    private String ask(String sql) throws SQLException {
        try (var superuser = fresh.asSuperuser()) {
            return DatabaseTest.text(superuser, sql);
        }
    }
}
