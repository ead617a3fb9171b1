package io.carillon.demo;

import io.carillon.database.OwnerAccess;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;

/// Table `demo.note`: made at the first start in development, left alone afterwards.
///
/// Owned by the owner of schema `carillon`, so the runtime role is subject to its row security. A
/// Postgres of one's own gets it only where the migrating login may create schemas; else, or where
/// a schema `demo` is somebody else's, one line is logged and the node starts without it. Blocks,
/// once.
@Context
@Requires(beans = DemoTokens.class)
final class NoteTable {
    private static final Logger LOG = LoggerFactory.getLogger(NoteTable.class);

    /// By what a later start knows the schema as ours.
    private static final String MARK = "Carillon''s demonstration, safe to drop";

    private static final String OURS =
            "select coalesce(obj_description(oid, 'pg_namespace'), '') = '"
                    + MARK
                    + "' from pg_namespace where nspname = 'demo'";

    /// Nodes that start together make it once. "demo" in ASCII.
    private static final String LOCK = "select pg_advisory_xact_lock(x'64656d6f'::bigint)";

    private final boolean present;

    NoteTable(OwnerAccess access) {
        present = prepared(access);
    }

    /// @return whether the table is there
    boolean present() {
        return present;
    }

    private static boolean prepared(OwnerAccess access) {
        try (var connection = access.open("demo")) {
            connection.setAutoCommit(false);
            var ready = prepare(connection, access);
            connection.commit();
            return ready;
        } catch (SQLException failed) {
            LOG.warn("no demo table, it could not be made: {}", failed.getMessage());
            return false;
        }
    }

    private static boolean prepare(Connection connection, OwnerAccess access) throws SQLException {
        run(connection, LOCK);
        var rights = access.rights(connection);
        var found = schema(connection);
        if (found == Schema.FOREIGN) {
            LOG.info(
                    "no demo table: schema demo of database {} is not Carillon's;"
                            + " carillon.demo.enabled=false silences this line",
                    rights.database());
            return false;
        }
        if (found == Schema.ABSENT) {
            if (!rights.createsSchemas()) {
                LOG.info(
                        "no demo table: login {} may not create schema demo; to have it run: grant"
                                + " create on database {} to {};",
                        rights.login(),
                        OwnerAccess.quoted(rights.database()),
                        OwnerAccess.quoted(rights.login()));
                return false;
            }
            create(connection, access, rights);
        }
        return true;
    }

    private static void create(Connection connection, OwnerAccess access, OwnerAccess.Rights rights)
            throws SQLException {
        run(connection, "create schema demo authorization " + OwnerAccess.quoted(rights.owner()));
        access.become(connection);
        run(connection, "comment on schema demo is '" + MARK + "'");
        run(connection, script());
        allow(connection, access.runtime());
        if (!rights.superuser() && !rights.login().equals(rights.owner())) {
            // So that the login which made it can paste SQL into psql for any tenant.
            allow(connection, rights.login());
            run(
                    connection,
                    "create policy at_the_keyboard on demo.note to "
                            + OwnerAccess.quoted(rights.login())
                            + " using (true)");
        }
        LOG.info("made table demo.note and its channel notes, for the tenants acme and globex");
    }

    private static void allow(Connection connection, String role) throws SQLException {
        var name = OwnerAccess.quoted(role);
        run(connection, "grant usage on schema demo to " + name);
        run(
                connection,
                "grant select, delete, insert (tenant_id, text, done, author),"
                        + " update (text, done) on demo.note to "
                        + name);
    }

    private enum Schema {
        ABSENT,
        OURS,
        FOREIGN
    }

    private static Schema schema(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(OURS)) {
            if (!rows.next()) {
                return Schema.ABSENT;
            }
            return rows.getBoolean(1) ? Schema.OURS : Schema.FOREIGN;
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String script() {
        try (var stream = NoteTable.class.getResourceAsStream("/demo/note.sql")) {
            if (stream == null) {
                throw new IllegalStateException("demo/note.sql is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
