package io.carillon.database;

import io.micronaut.context.exceptions.ConfigurationException;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;

/// Brings schema `carillon` to this program's version, or says in one line why not.
///
/// Called by [DatabaseStart] under its advisory lock, so that nodes that start together do it once.
/// Each migration is one transaction: a failed one leaves nothing behind.
final class Migrations {
    /// Flyway's history, in schema `carillon`.
    static final String HISTORY = "schema_history";

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private static final Pattern SCRIPT = Pattern.compile("Script (\\S+) failed");
    private static final Pattern LINE = Pattern.compile("Line\\s*: (\\d+)");

    private Migrations() {}

    /// @param owner opens connections of the login that owns the schema
    /// @param roles whom to become, whom to grant to
    /// @param locations of the SQL, comma-separated
    static void run(Connector owner, Roles roles, String locations) {
        var configuration =
                Flyway.configure()
                        .dataSource(new ConnectorSource(owner, "migration"))
                        .locations(locations.split(","))
                        .schemas("carillon")
                        .defaultSchema("carillon")
                        .createSchemas(false)
                        .table(HISTORY)
                        .placeholders(Map.of("runtime", Roles.quoted(roles.granted())))
                        .executeInTransaction(true)
                        .outOfOrder(false);
        if (roles.owner() != null) {
            configuration.initSql("set role " + Roles.quoted(roles.owner()));
        }
        try {
            var flyway = configuration.load();
            refuseNewer(flyway);
            var result = flyway.migrate();
            if (result.migrationsExecuted > 0) {
                LOG.info("schema carillon is at version {} now", result.targetSchemaVersion);
            }
        } catch (FlywayValidateException invalid) {
            LOG.debug("validation failed", invalid);
            throw new ConfigurationException(
                    "schema carillon does not fit this program: "
                            + oneLine(String.valueOf(invalid.getMessage()))
                            + "; start the version that made it, or restore the database");
        } catch (FlywayException failed) {
            LOG.debug("migration failed", failed);
            throw new ConfigurationException(
                    "a migration of schema carillon failed, nothing of it was kept: "
                            + reason(failed));
        }
    }

    /// Flyway's own text is a table of twelve lines; of it the script, the line and what Postgres
    /// said.
    private static String reason(FlywayException failed) {
        var text = String.valueOf(failed.getMessage());
        var script = SCRIPT.matcher(text);
        var line = LINE.matcher(text);
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException said) {
                return (script.find() ? script.group(1) : "script")
                        + (line.find() ? " line " + line.group(1) : "")
                        + ": "
                        + oneLine(String.valueOf(said.getMessage()));
            }
        }
        return oneLine(text);
    }

    private static void refuseNewer(Flyway flyway) {
        var migrations = flyway.info();
        var newest =
                Arrays.stream(migrations.applied())
                        .filter(Migrations::unknownHere)
                        .reduce((first, second) -> second);
        if (newest.isEmpty()) {
            return;
        }
        var known =
                Arrays.stream(migrations.all())
                        .filter(migration -> !unknownHere(migration) && migration.isVersioned())
                        .reduce((first, second) -> second)
                        .map(migration -> migration.getVersion().getVersion())
                        .orElse("none");
        throw new ConfigurationException(
                "schema carillon is at version "
                        + newest.get().getVersion().getVersion()
                        + ", newer than this program's "
                        + known
                        + ": start the newer Carillon, or give this one a database of its own");
    }

    private static boolean unknownHere(MigrationInfo migration) {
        return switch (migration.getState()) {
            case FUTURE_SUCCESS, FUTURE_FAILED -> true;
            default -> false;
        };
    }

    private static String oneLine(String text) {
        return text.strip()
                .replaceAll("-{3,}", "")
                .replaceAll("\\s*\\R\\s*", "; ")
                .replaceAll("(; )+", "; ");
    }
}
